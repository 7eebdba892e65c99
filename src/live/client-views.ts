import type { ClientView } from '../protocols/codec.ts';
import { newView } from '../protocols/registry.ts';

/** What the codec knows of each client's connection: one view a client, made anew for each dial. */
export class ClientViews {
  readonly #views: ClientView[] = [];
  readonly #numberOf: (client: number) => number;

  /** @param numberOf number of a client of this worker in the whole population */
  constructor(numberOf: (client: number) => number) {
    this.#numberOf = numberOf;
  }

  /** Begins the view of a connection that is about to be dialled. */
  begin(client: number): void {
    this.#views[client] = newView(this.#numberOf(client));
  }

  /** The view of a client that has dialled. */
  of(client: number): ClientView {
    return this.#views[client]!;
  }
}
