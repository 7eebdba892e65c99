import type { SessionMode } from '../fault/session.ts';

/** What a client can lose, for the rest of the run: its session, or one of the two rights that a command needs. */
export type Loss = 'session' | 'role' | 'tenant';

/** The loss that each session fault causes. Clients never log in again, so a disabled account loses its sessions. */
export const LOSS: Readonly<Record<SessionMode, Loss>> = {
  logout: 'session',
  compromised: 'session',
  disabled: 'session',
  'role-removed': 'role',
  'tenant-removed': 'tenant',
};

const BIT: Readonly<Record<Loss, number>> = { session: 1, role: 2, tenant: 4 };
const RIGHTS = BIT.role | BIT.tenant;

/** The sessions and rights that are lost: truly, or as far as a gateway knows. */
export class Accounts {
  readonly #lost: Uint8Array;

  /** @param count clients are numbered 0..count-1; others lose nothing */
  constructor(count: number) {
    this.#lost = new Uint8Array(count);
  }

  /** Records a loss. @returns false when it, or the session, was lost already */
  take(client: number, loss: Loss): boolean {
    const before = this.#lost[client];
    if (before === undefined || (before & (BIT.session | BIT[loss])) !== 0) return false;
    this.#lost[client] = before | BIT[loss];
    return true;
  }

  hasLost(client: number, loss: Loss): boolean {
    return (this.#lost[client]! & BIT[loss]) !== 0;
  }

  /** Whether the client has both rights that a command needs. */
  mayCommand(client: number): boolean {
    return (this.#lost[client]! & RIGHTS) === 0;
  }
}
