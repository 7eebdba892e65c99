import type { DropMode } from '../../core/fault/drop.ts';
import type { Miss } from '../../core/fault/fault.ts';
import type { DialEvents, DroppingDialler } from '../socket/dialler.ts';
import type { Endpoint } from '../network/endpoint.ts';
import type { Sockets } from './sockets.ts';

/** Sockets to endpoints that were chosen before the dial. */
export class ChosenEndpoints implements DroppingDialler {
  readonly delayed = 0;
  readonly #sockets: Sockets;
  readonly #endpoints: (Endpoint | undefined)[] = [];

  constructor(sockets: Sockets) {
    this.#sockets = sockets;
  }

  /** Sets the endpoint of a client's next dial. */
  choose(client: number, endpoint: Endpoint): void {
    this.#endpoints[client] = endpoint;
  }

  reportTo(events: DialEvents): void {
    this.#sockets.reportTo(events);
  }

  dial(client: number): void {
    const endpoint = this.#endpoints[client];
    if (endpoint === undefined) throw new TypeError(`no endpoint was chosen for client ${client}`);
    this.#sockets.dialAt(client, endpoint);
  }

  hangUp(client: number): void {
    this.#sockets.hangUp(client);
  }

  drop(client: number, mode: DropMode): Miss | null {
    return this.#sockets.drop(client, mode);
  }

  close(): Promise<void> {
    return this.#sockets.close();
  }
}
