import type { Time } from '../random/time.ts';
import type { Plan } from './plan.ts';
import type { StatusAnswer } from './retry-after.ts';

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
  | { readonly kind: 'kick'; readonly code: number; readonly reason: string; readonly afterMs: number };
