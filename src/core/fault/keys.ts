import type { Plan } from './plan.ts';

/** The keys that tokens are signed with, and how gateways come to know them (RFC 7517). */
export interface KeysFault extends Plan {
  readonly kind: 'keys';
  readonly mode: KeysMode;
}

export type KeysMode =
  /** a new key signs; the old one stays in the key set, and so do the tokens that it signed */
  | 'rotate'
  /** a new key signs, and the old one leaves the key set at once */
  | 'rotate-without-overlap'
  /** the key set cannot be fetched */
  | 'jwks-down'
  /** tokens are signed with a key that no key set holds */
  | 'unknown-key';
