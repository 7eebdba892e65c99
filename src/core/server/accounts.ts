import type { SessionMode } from '../fault/session.ts';

/** What can be taken from a client: its session, for good, or one of the two rights that a command needs. */
export type Loss = 'session' | 'role' | 'tenant';

/** What each session fault takes. No client logs in again, so a disabled account is one whose sessions are all over. */
export const LOSS: Readonly<Record<SessionMode, Loss>> = {
  logout: 'session',
  compromised: 'session',
  disabled: 'session',
  'role-removed': 'role',
  'tenant-removed': 'tenant',
};

const BIT: Readonly<Record<Loss, number>> = { session: 1, role: 2, tenant: 4 };
const RIGHTS = BIT.role | BIT.tenant;

/** Which sessions and rights are lost, in truth or as far as a gateway has heard. */
export class Accounts {
  readonly #lost: Uint8Array;

  /** @param count clients 0..count-1; others lose nothing */
  constructor(count: number) {
    this.#lost = new Uint8Array(count);
  }

  /** Takes it away; false when it was gone already, or the session is over and nothing can be taken any more. */
  take(client: number, loss: Loss): boolean {
    const before = this.#lost[client];
    if (before === undefined || (before & (BIT.session | BIT[loss])) !== 0) return false;
    this.#lost[client] = before | BIT[loss];
    return true;
  }

  hasLost(client: number, loss: Loss): boolean {
    return (this.#lost[client]! & BIT[loss]) !== 0;
  }

  /** Whether commands of the client may take effect, as far as its rights go. */
  mayCommand(client: number): boolean {
    return (this.#lost[client]! & RIGHTS) === 0;
  }
}
