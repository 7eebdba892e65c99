import { Accounts, type Loss } from '../core/server/accounts.ts';

/** Receives a client's loss; `byItself`: the device logged out and has discarded its tokens. */
export type LossListener = (client: number, loss: Loss, byItself: boolean) => void;

/**
 * The true state of all accounts, kept by each process of the target from the same faults and draws. The token service
 * decides by it; a gateway counts by it what it allowed wrongly.
 */
export class TrueAccounts extends Accounts {
  #onLost: LossListener = () => {};

  /** Sets the only listener, which is called once for each loss. */
  listen(listener: LossListener): void {
    this.#onLost = listener;
  }

  override take(client: number, loss: Loss, byItself = false): boolean {
    const taken = super.take(client, loss);
    if (taken) this.#onLost(client, loss, byItself);
    return taken;
  }
}
