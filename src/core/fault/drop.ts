import type { Plan } from './plan.ts';

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
