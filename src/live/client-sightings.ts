import type { Signal } from '../core/signal.ts';
import type { Sighting } from '../metrics/sighting.ts';
import type { Credentials } from './credentials.ts';
import type { Sightings } from './sightings.ts';

/** What remotes said to clients, kept without the clients' tokens. */
export class ClientSightings {
  readonly #sightings: Sightings;
  readonly #credentials: Credentials;

  constructor(sightings: Sightings, credentials: Credentials) {
    this.#sightings = sightings;
    this.#credentials = credentials;
  }

  note(kind: Sighting['kind'], client: number, signal: Signal, said: Buffer | string): void {
    const { access, refresh } = this.#credentials;
    // A remote most likely quotes the tokens of the client that it speaks to: they are looked for first.
    const secrets = () => [access[client] ?? '', refresh[client] ?? '', ...access, ...refresh];
    this.#sightings.note(kind, signal, said, secrets);
  }
}
