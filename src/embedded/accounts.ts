/** What can be taken from a client: its session, for good, or one of the two things that a command needs. */
export type Loss = 'session' | 'role' | 'tenant';

/** Told of each loss, once. `byItself`: the device logged out, and has thrown its tokens away. */
export type LossListener = (client: number, loss: Loss, byItself: boolean) => void;

/**
 * What has become of sessions and rights. Each process of the target keeps its own, from the same faults and the same
 * draws: the token service decides by it, and a gateway measures by it what it did in its ignorance (RevocationFeed).
 */
export class Accounts {
  readonly #lost: Uint8Array;
  readonly #listeners: LossListener[] = [];

  /** @param count clients 0..count-1; others lose nothing */
  constructor(count: number) {
    this.#lost = new Uint8Array(count);
  }

  listen(listener: LossListener): void {
    this.#listeners.push(listener);
  }

  /** Takes it away; false when it was gone already, or the session is over and nothing can be taken any more. */
  take(client: number, loss: Loss, byItself = false): boolean {
    const before = this.#lost[client];
    if (before === undefined || (before & (BIT.session | BIT[loss])) !== 0) return false;
    this.#lost[client] = before | BIT[loss];
    for (const tell of this.#listeners) tell(client, loss, byItself);
    return true;
  }

  hasLost(client: number, loss: Loss): boolean {
    return ((this.#lost[client] ?? 0) & BIT[loss]) !== 0;
  }

  /** May its commands take effect, as far as this has been taken away? */
  mayCommand(client: number): boolean {
    return ((this.#lost[client] ?? 0) & (BIT.role | BIT.tenant)) === 0;
  }
}

const BIT: Readonly<Record<Loss, number>> = { session: 1, role: 2, tenant: 4 };
