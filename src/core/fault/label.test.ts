import { expect, test } from 'vitest';
import type { TimePart } from '../codec/time-part.ts';
import type { ClockFault } from './clock.ts';
import type { DropMode } from './drop.ts';
import type { Fault } from './fault.ts';
import type { GatewayMode } from './gateway.ts';
import type { HandshakeMode } from './handshake.ts';
import { faultLabel } from './label.ts';
import type { LinkMode } from './link.ts';
import { AT_ONCE } from './planned.test.helper.ts';
import type { RefreshMode } from './refresh.ts';

const refresh = (mode: RefreshMode): Fault => ({ ...AT_ONCE, kind: 'refresh', mode });
const handshake = (mode: HandshakeMode): Fault => ({ ...AT_ONCE, kind: 'handshake', mode });
const drop = (mode: DropMode): Fault => ({ ...AT_ONCE, kind: 'drop', mode });
const link = (mode: LinkMode): Fault => ({ ...AT_ONCE, kind: 'link', mode });
const age = (jitter: TimePart): Fault => ({
  ...AT_ONCE,
  kind: 'age',
  limitMs: 7_200_000,
  jitter,
  code: 1001,
  reason: '',
});
const gateway = (mode: GatewayMode): Fault => ({ ...AT_ONCE, kind: 'gateway', mode });
const clock = (of: ClockFault['of'], offsetMs: number, driftPerMs: number): Fault => ({
  ...AT_ONCE,
  kind: 'clock',
  of,
  offsetMs,
  driftPerMs,
});
const SECOND = { kind: 'fixed', ms: 1000 } as const;
const TOXIC = { type: 'latency', stream: 'upstream', toxicity: 1, attributes: {} } as const;

test.each<[string, Fault]>([
  ['refresh 503', refresh({ kind: 'status', status: 503, retryAfter: null })],
  ['refresh 429 retry-after 7s', refresh({ kind: 'status', status: 429, retryAfter: { seconds: 7, as: 'date' } })],
  ['refresh hang', refresh({ kind: 'hang' })],
  ['refresh slow', refresh({ kind: 'slow', delay: SECOND })],
  ['refresh wrong-subject', refresh({ kind: 'wrong-subject' })],
  ['handshake refuse', handshake({ kind: 'refuse' })],
  [
    'handshake 503 retry-after 0s',
    handshake({ kind: 'status', status: 503, retryAfter: { seconds: 0, as: 'seconds' } }),
  ],
  ['handshake accept-then-close 4401', handshake({ kind: 'accept-then-close', code: 4401, reason: 'no', afterMs: 50 })],
  ['drop 1012', drop({ kind: 'close', code: 1012, reason: 'restart' })],
  ['age 7200s', age({ ms: 0 })],
  ['age 7200s, jittered', age({ fraction: 0.1 })],
  ['drop reset', drop({ kind: 'reset' })],
  ['drop garbage', drop({ kind: 'garbage' })],
  ['link silent', link({ kind: 'silent' })],
  ['link bandwidth', link({ kind: 'bandwidth', bytesPerSecond: 1000 })],
  ['clock +30s', clock('clients', 30_000, 0)],
  ['clock -0.5s', clock('clients', -500, 0)],
  ['clock gateway +2s', clock('gateway', 2000, 0)],
  ['clock token-service -10ms/s', clock('token-service', 0, -0.01)],
  ['clock +1s +1ms/s', clock('clients', 1000, 0.001)],
  ['keys rotate-without-overlap', { ...AT_ONCE, kind: 'keys', mode: 'rotate-without-overlap' }],
  ['session logout', { ...AT_ONCE, kind: 'session', mode: 'logout' }],
  ['gateway crash', gateway({ kind: 'crash', memory: 'lost' })],
  ['gateway capacity', gateway({ kind: 'capacity', share: 0.25 })],
  ['exec ./deploy.sh now', { ...AT_ONCE, kind: 'exec', command: ['/bin/sh', '-c', './deploy.sh now'], timeoutMs: 1 }],
  [
    'toxiproxy latency on redis',
    { ...AT_ONCE, kind: 'toxiproxy', url: 'http://127.0.0.1:8474', proxy: 'redis', toxic: TOXIC },
  ],
])('%s', (label, fault) => {
  expect(faultLabel(fault)).toBe(label);
});
