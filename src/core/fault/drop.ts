import type { Plan } from './plan.ts';
import { preset, type FaultSpec } from './spec.ts';

/** Ready connections are ended. */
export interface DropFault extends Plan {
  readonly kind: 'drop';
  readonly mode: DropMode;
}

export type DropMode =
  | { readonly kind: 'close'; readonly code: number; readonly reason: string }
  /** a TCP reset */
  | { readonly kind: 'reset' }
  /** bytes that are no frame of RFC 6455: the client has to fail the connection (section 7.1.7) */
  | { readonly kind: 'garbage' };

export const drop: FaultSpec<DropFault> = {
  lasts: 'never',
  counts: 'draws',
  survivesRestart: false,
  presets: [
    preset('1012', 'the gateway closes connections: service restart', { code: 1012 }),
    preset('1001', 'it closes connections: going away', { code: 1001 }),
    preset('1011', 'it closes connections: internal error', { code: 1011 }),
    preset('1013', 'it closes connections: try again later', { code: 1013 }),
    preset('4401', 'it closes connections: token expired', { code: 4401 }),
    preset('reset', 'it resets connections: no close frame, just a RST'),
    preset('garbage', 'it sends bytes that are no frame'),
  ],
  label: ({ mode }) => (mode.kind === 'close' ? String(mode.code) : mode.kind),
  executor: () => ({ embedded: 'gateways', url: 'clients' }),
  among: () => 'clients',
  touches: () => [],
};
