import type { Plan } from './plan.ts';

/** A gateway process fails, or is replaced. `share` is of the gateways. */
export interface GatewayFault extends Plan {
  readonly kind: 'gateway';
  readonly mode: GatewayMode;
}

export type GatewayMode =
  /** killed, and started again when the fault ends; it has lost the command ids that it had seen, or not */
  | { readonly kind: 'crash'; readonly memory: 'kept' | 'lost' }
  /**
   * in the time that the fault lasts, one after the other leaves the rotation, closes its connections with 1012 spread
   * over `drainMs`, is replaced, and returns: each has an equal part of that time
   */
  | { readonly kind: 'rolling'; readonly drainMs: number }
  /** handshakes are served at this share of the capacity */
  | { readonly kind: 'capacity'; readonly share: number };
