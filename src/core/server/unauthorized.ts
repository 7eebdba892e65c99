import type { Accounts } from './accounts.ts';

/** Why a command should not have been carried out. */
export const UNAUTHORIZED = ['beforeAuth', 'expired', 'revoked', 'forbidden'] as const;

export type Unauthorized = (typeof UNAUTHORIZED)[number];

/** The client of a connection that is not authenticated. */
export const UNAUTHENTICATED = -1;

/** Counts commands that took effect although they should not have, each by the first reason that applies. */
export class UnauthorizedCount {
  readonly #accounts: Accounts;
  readonly #counts = { beforeAuth: 0, expired: 0, revoked: 0, forbidden: 0 };

  /** @param accounts the true accounts, whatever the gateway knows of them */
  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  get counts(): Readonly<Record<Unauthorized, number>> {
    return { ...this.#counts };
  }

  /**
   * Checks a command that took effect, and counts it if it should not have.
   *
   * @param client whose connection sent it, or UNAUTHENTICATED
   * @param now true time, as `tokenExpiresAt` is, whatever the gateway's clock says
   */
  tookEffect(client: number, tokenExpiresAt: number, now: number): void {
    if (client === UNAUTHENTICATED) this.#counts.beforeAuth += 1;
    else if (this.#accounts.hasLost(client, 'session')) this.#counts.revoked += 1;
    else if (now >= tokenExpiresAt) this.#counts.expired += 1;
    else if (!this.#accounts.mayCommand(client)) this.#counts.forbidden += 1;
  }
}
