import { Accounts, type Loss } from '../core/server/accounts.ts';

/** `byItself`: the device logged out, and has thrown its tokens away. */
export type LossListener = (client: number, loss: Loss, byItself: boolean) => void;

/**
 * The accounts as they truly are. Each process of the target keeps its own, from the same faults and the same draws: the
 * token service decides by them, and a gateway measures by them what it did in ignorance.
 */
export class TrueAccounts extends Accounts {
  #onLost: LossListener = () => {};

  /** Calls the listener, of which there is one, with each loss once. */
  listen(listener: LossListener): void {
    this.#onLost = listener;
  }

  override take(client: number, loss: Loss, byItself = false): boolean {
    const taken = super.take(client, loss);
    if (taken) this.#onLost(client, loss, byItself);
    return taken;
  }
}
