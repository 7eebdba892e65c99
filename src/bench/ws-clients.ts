import { performance } from 'node:perf_hooks';
import { WebSocket } from 'ws';
import { importSigningKey, shippedTestJwk } from '../jwt/keys.ts';
import { mintAccessToken } from '../jwt/mint.ts';
import { wall } from '../core/time/instant.ts';
import { ARRIVALS_PER_SECOND, type Population } from './population.ts';

const NORMAL_CLOSURE = 1000;
const TICK_MS = 1;
const LIFETIME_MS = 3_600_000;

/** A bare loop of `ws` clients: what a load test costs that knows neither policies nor clocks, and counts to one. */
export class WsClients implements Population {
  readonly #sockets: WebSocket[] = [];
  #ready = 0;

  async begin(url: string, clients: number): Promise<void> {
    this.#ready = 0;
    const headers = { authorization: `Bearer ${await token()}` };
    const beganMs = performance.now();
    const connectAllDue = (): void => {
      const elapsedSeconds = (performance.now() - beganMs) / 1000;
      const due = Math.min(clients, 1 + Math.floor(elapsedSeconds * ARRIVALS_PER_SECOND));
      while (this.#sockets.length < due) this.#connect(url, headers);
      if (due < clients) setTimeout(connectAllDue, TICK_MS);
    };
    setImmediate(connectAllDue);
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

/** As long as the ones that squall's clients carry. */
async function token(): Promise<string> {
  const now = Date.now();
  return mintAccessToken(await importSigningKey(await shippedTestJwk('HS256'), 'HS256'), {
    client: 0,
    session: 'session-0',
    issuer: 'squall',
    audience: 'squall',
    issuedAt: wall(now),
    expiresAt: wall(now + LIFETIME_MS),
  });
}
