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
  /** handshakes are served at this share of the capacity; with 0 they wait until the fault ends */
  | { readonly kind: 'capacity'; readonly share: number };

/**
 * What stands for a capacity of 0, of a rate or a share: so little that nothing is served in the longest run, and more than
 * 0, so that what waits keeps its place and what is left to do of it.
 */
const NEXT_TO_NOTHING = 1e-12;

/** @param capacity a share, or a rate a second, from 0 on */
export function aboveNothing(capacity: number): number {
  return Math.max(capacity, NEXT_TO_NOTHING);
}
