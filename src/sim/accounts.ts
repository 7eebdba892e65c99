import type { SessionMode } from '../core/fault/session.ts';

/** What can be taken from a client: its session, for good, or one of the two things that a command needs. */
export type Loss = 'session' | 'role' | 'tenant';

/** What each fault takes. No client logs in again, so an account that is disabled is one whose sessions are all over. */
export const LOSS: Readonly<Record<SessionMode, Loss>> = {
  logout: 'session',
  compromised: 'session',
  disabled: 'session',
  'role-removed': 'role',
  'tenant-removed': 'tenant',
};

const BIT: Readonly<Record<Loss, number>> = { session: 1, role: 2, tenant: 4 };
const RIGHTS = BIT.role | BIT.tenant;

/** What has become of sessions and rights, in truth or as far as the gateways have heard. */
export class Accounts {
  readonly #lost: Uint8Array;

  constructor(count: number) {
    this.#lost = new Uint8Array(count);
  }

  /** Takes it away; false when it was gone already, or the session is over and nothing can be taken any more. */
  take(client: number, loss: Loss): boolean {
    const before = this.#lost[client]!;
    if ((before & (BIT.session | BIT[loss])) !== 0) return false;
    this.#lost[client] = before | BIT[loss];
    return true;
  }

  hasLost(client: number, loss: Loss): boolean {
    return (this.#lost[client]! & BIT[loss]) !== 0;
  }

  /** May its commands take effect, as far as this has been taken away? */
  mayCommand(client: number): boolean {
    return (this.#lost[client]! & RIGHTS) === 0;
  }
}
