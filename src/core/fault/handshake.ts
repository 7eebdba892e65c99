import type { Time } from '../random/time.ts';
import type { Plan } from './plan.ts';
import { statusLabel, type StatusAnswer } from './status-answer.ts';
import { preset, type FaultSpec } from './spec.ts';

/** The gateway misbehaves for a while, towards the upgrade requests of those it is drawn for. */
export interface HandshakeFault extends Plan {
  readonly kind: 'handshake';
  readonly mode: HandshakeMode;
}

export type HandshakeMode =
  /** the connection is refused; by the embedded target, whose port is still open to others, reset as soon as accepted */
  | { readonly kind: 'refuse' }
  /** it is never answered; hung up on when the fault ends */
  | { readonly kind: 'hang' }
  | ({ readonly kind: 'status' } & StatusAnswer)
  /** carried out, but so much later */
  | { readonly kind: 'slow'; readonly delay: Time }
  /** accepted, and closed so long after that: the client had every reason to believe that it was in */
  | { readonly kind: 'accept-then-close'; readonly code: number; readonly reason: string; readonly afterMs: number };

export const handshake: FaultSpec<HandshakeFault> = {
  lasts: 'required',
  counts: 'requests',
  survivesRestart: false,
  presets: [
    preset('503', 'the gateway answers upgrades with 503', { status: 503 }),
    preset('429 retry-after 5s', 'it answers 429 and asks for 5 s of patience', { status: 429, retryAfter: 5 }),
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
};
