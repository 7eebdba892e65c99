import type { Plan } from './plan.ts';

/** Something happens to a session or an account while its client is connected. */
export interface SessionFault extends Plan {
  readonly kind: 'session';
  readonly mode: SessionMode;
}

export type SessionMode =
  /** a user logs out on one device, drawn among those that share an account; the sessions of the others are revoked */
  | 'logout'
  /** this device's session is revoked: it was stolen */
  | 'compromised'
  /** the account is disabled: every session of its user is revoked, and no new one can begin */
  | 'disabled'
  /** the user may not issue commands any more */
  | 'role-removed'
  /** the user leaves the tenant whose commands it issues */
  | 'tenant-removed';

/** Does it end sessions, or does it only take rights away? */
export function revokes(mode: SessionMode): boolean {
  return mode === 'logout' || mode === 'compromised' || mode === 'disabled';
}
