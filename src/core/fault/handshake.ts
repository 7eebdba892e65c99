import { oneOf, tags, variant } from '../codec/choice.ts';
import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { duration } from '../codec/scalars.ts';
import { time } from '../codec/time.ts';
import { MAX_RUN_MS } from '../limits.ts';
import { closeCode, closeReason } from './close.ts';
import type { Plan } from './plan.ts';
import { preset, type FaultSpec } from './spec.ts';
import { statusAnswer, statusLabel } from './status-answer.ts';

const modes = oneOf(
  tags(
    [
      // the connection is refused; by the embedded target, whose port is still open to others, reset as soon as accepted
      'refuse',
      // it is never answered; hung up on when the fault ends
      'hang',
    ],
    'or a mapping such as { status: 503 }, { slow: 2s } or { accept-then-close: { code: 4401 } }',
  ),
  statusAnswer.tagged({ kind: 'status' }),
  variant({ kind: 'slow' }, { slow: time.as('delay').describe('accepted, later by this') }),
  variant(
    { kind: 'accept-then-close' },
    {
      'accept-then-close': object({
        code: closeCode.default(4401).describe('the close code'),
        reason: closeReason.default('').describe('the close reason'),
        // Long enough for the client to believe that it is in.
        after: duration({ maxMs: MAX_RUN_MS }).as('afterMs').default('50ms').describe('how long after it was accepted'),
      })
        .inline()
        .describe('accepted, and then closed'),
    },
  ),
);

const fields = object({
  handshake: modes
    .as('mode')
    .describe(
      'the gateway refuses connections, never answers, answers an upgrade with a status, late, or accepts it and then closes',
    ),
});

export type HandshakeMode = ValueOf<typeof modes>;

/** Spoils the gateway's answers to upgrade requests of the drawn clients, for a time window. */
export interface HandshakeFault extends Plan, ValueOf<typeof fields> {
  readonly kind: 'handshake';
}

export const handshake = {
  fields,
  lasts: 'required',
  counts: 'encounters',
  presets: [
    preset('503', 'the gateway answers upgrades with 503', { status: 503 }),
    preset('429 retry-after 5s', 'it answers 429 and asks clients to wait 5 s', { status: 429, retryAfter: 5 }),
    preset('401', 'it calls every token bad', { status: 401 }),
    preset('403', 'it lets nobody in', { status: 403 }),
    preset('refuse', 'it refuses connections'),
    preset('hang', 'it never answers an upgrade'),
    preset('slow 2s', 'it accepts 2 s later', { slow: '2s' }),
    preset('accept-then-close 4401', 'it accepts, and then closes with 4401', { 'accept-then-close': { code: 4401 } }),
  ],
  label({ mode }) {
    if (mode.kind === 'status') return statusLabel(mode);
    return mode.kind === 'accept-then-close' ? `accept-then-close ${mode.code}` : mode.kind;
  },
  executor: () => ({ embedded: 'gateways', url: 'clients' }),
  among: () => 'clients',
  touches: () => ['handshakes'],
} satisfies FaultSpec<HandshakeFault>;
