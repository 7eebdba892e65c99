import type { Accounts } from './accounts.ts';

/** Why a command should not have been carried out. */
export const UNAUTHORIZED = ['beforeAuth', 'expired', 'revoked', 'forbidden'] as const;

export type Unauthorized = (typeof UNAUTHORIZED)[number];

/** The client of a connection that is not authenticated. */
export const NOBODY = -1;

/** Counts commands that took effect although they should not have, each by the first reason why not. */
export class UnauthorizedCount {
  readonly #accounts: Accounts;
  readonly #counts = { beforeAuth: 0, expired: 0, revoked: 0, forbidden: 0 };

  /** @param accounts as they truly are, whatever the gateway has heard of them */
  constructor(accounts: Accounts) {
    this.#accounts = accounts;
  }

  get counts(): Readonly<Record<Unauthorized, number>> {
    return { ...this.#counts };
  }

  /**
   * A command took effect.
   *
   * @param client whose connection sent it, or NOBODY
   * @param now in true time, as `tokenExpiresAt`, whatever the gateway's clock says
   */
  tookEffect(client: number, tokenExpiresAt: number, now: number): void {
    if (client === NOBODY) this.#counts.beforeAuth += 1;
    else if (this.#accounts.hasLost(client, 'session')) this.#counts.revoked += 1;
    else if (now >= tokenExpiresAt) this.#counts.expired += 1;
    else if (!this.#accounts.mayCommand(client)) this.#counts.forbidden += 1;
  }
}
