import type { ClientView } from '../protocols/codec.ts';
import { newView } from '../protocols/registry.ts';
import type { HolesOf } from './holes.ts';

/** What the codec knows of each client's connection: one view a client, made anew for each dial. */
export class ClientViews {
  readonly #views: ClientView[] = [];
  readonly #holesOf: HolesOf;

  constructor(holesOf: HolesOf) {
    this.#holesOf = holesOf;
  }

  /** Begins the view of a connection that is about to be dialled. */
  begin(client: number): void {
    const { client: number, user } = this.#holesOf(client);
    this.#views[client] = newView(number, user);
  }

  /** The ticket of a client's last dial; empty: it has none. */
  ticketOf(client: number): string {
    return this.#views[client]?.ticket ?? '';
  }

  /** The view of a client that has dialled. */
  of(client: number): ClientView {
    return this.#views[client]!;
  }
}
