import type { WallMs } from '../core/time/instant.ts';
import type { Unauthorized } from '../metrics/measurements.ts';
import type { Accounts } from './accounts.ts';

/** Who sent a command: the client of the connection, -1 for nobody, and when its token runs out. */
export interface Sender {
  readonly client: number;
  readonly tokenExpiresAt: WallMs;
}

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

  /** @param now in true time, whatever the gateway's clock says */
  tookEffect(sender: Sender, now: WallMs): void {
    const why = this.#whyNot(sender, now);
    if (why !== null) this.#counts[why] += 1;
  }

  #whyNot({ client, tokenExpiresAt }: Sender, now: WallMs): Unauthorized | null {
    if (client === -1) return 'beforeAuth';
    if (this.#accounts.hasLost(client, 'session')) return 'revoked';
    if (now >= tokenExpiresAt) return 'expired';
    return this.#accounts.mayCommand(client) ? null : 'forbidden';
  }
}
