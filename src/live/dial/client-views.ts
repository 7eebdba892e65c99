import type { ClientView } from '../../protocols/codec.ts';
import { newView } from '../../protocols/registry.ts';
import type { HolesOf } from './holes.ts';

/** What the codec knows of each client's connection: one view a client, made anew for each dial. */
export class ClientViews {
  readonly #views: ClientView[] = [];
  /** views of the connections before, where they have secrets that a server may still quote */
  readonly #before: ClientView[] = [];
  readonly #holesOf: HolesOf;

  constructor(holesOf: HolesOf) {
    this.#holesOf = holesOf;
  }

  /** Begins the view of a connection that is about to be dialled. */
  begin(client: number): void {
    const { client: number, user } = this.#holesOf(client);
    const last = this.#views[client];
    if (last !== undefined && (last.ticket !== null || last.secret !== '')) this.#before[client] = last;
    this.#views[client] = newView(number, user);
  }

  /** Tickets and other secrets of a client's connection and of the one before. */
  secretsOf(client: number): readonly string[] {
    return [this.#views[client], this.#before[client]].flatMap((view) =>
      view === undefined ? [] : [view.ticket ?? '', view.secret],
    );
  }

  /** The view of a client that has dialled. */
  of(client: number): ClientView {
    return this.#views[client]!;
  }
}
