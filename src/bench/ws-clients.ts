import { WebSocket } from 'ws';
import { benchToken } from './bench-token.ts';
import { connectEvenly } from './connect-evenly.ts';
import type { Population } from './population.ts';

const NORMAL_CLOSURE = 1000;

/** A bare loop of `ws` clients: what a load test costs that knows neither policies nor clocks, and counts to one. */
export class WsClients implements Population {
  readonly #sockets: WebSocket[] = [];
  #ready = 0;

  async begin(url: string, clients: number, perSecond: number): Promise<void> {
    this.#ready = 0;
    const headers = { authorization: `Bearer ${await benchToken('HS256')}` };
    connectEvenly(clients, perSecond, () => this.#connect(url, headers));
  }

  get ready(): number {
    return this.#ready;
  }

  async end(): Promise<void> {
    for (const socket of this.#sockets) socket.close(NORMAL_CLOSURE);
    this.#sockets.length = 0;
  }

  #connect(url: string, headers: Readonly<Record<string, string>>): void {
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    socket.on('open', () => {
      this.#ready += 1;
    });
    socket.on('message', () => {});
    // A client that fails is missing in the count, which the bench checks.
    socket.on('error', () => {});
    this.#sockets.push(socket);
  }
}
