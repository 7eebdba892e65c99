import type { WebSocket } from 'ws';
import type { Access } from './access.ts';
import type { Counts } from './counts.ts';

export interface SessionOptions {
  /** the server says `{"op":"hello"}` first */
  readonly greets?: boolean;
  /** the server says `{"op":"bye"}` before it ends a connection whose token has expired */
  readonly farewell?: boolean;
  /** after authentication a client has to join before it may send commands */
  readonly joins?: boolean;
  /** the server sends `{"op":"ping"}` so often, and ends a connection that has not answered by the next */
  readonly pingMs?: number;
}

/** Close codes of the gateway. */
const CLOSE = { malformed: 4400, expired: 4401, refused: 4403, silent: 4408 } as const;

/**
 * One connection of the gateway. Its messages are JSON objects with an `op`: `auth` is answered with `welcome` or
 * `denied`, a later one with `renewed`; `join` with `joined`; `do` with `ok` and the command's id, a number or a text.
 */
export class GatewaySession {
  readonly #socket: WebSocket;
  readonly #check: (token: string) => Promise<Access>;
  readonly #options: SessionOptions;
  readonly #counts: Counts;
  #access: Access | null = null;
  #joined = false;
  #expiry: NodeJS.Timeout | undefined;
  #unanswered = false;

  constructor(socket: WebSocket, check: (token: string) => Promise<Access>, options: SessionOptions, counts: Counts) {
    this.#socket = socket;
    this.#check = check;
    this.#options = options;
    this.#counts = counts;
    const { pingMs } = options;
    if (options.greets === true) this.#send({ op: 'hello' });
    const pings = pingMs === undefined ? undefined : setInterval(() => this.#ping(), pingMs);
    socket.on('message', (data, isBinary) => void this.#message(isBinary || !Buffer.isBuffer(data) ? null : data));
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(this.#expiry);
      clearInterval(pings);
    });
  }

  /** Lets the connection go on as a user, until the token expires. */
  accept(access: Access): void {
    this.#counts.add(this.#access === null ? 'authenticated' : 'renewals');
    this.#access = access;
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => {
      this.#counts.add('expiries');
      if (this.#options.farewell === true) this.#send({ op: 'bye' });
      this.#socket.close(CLOSE.expired, 'token expired');
    }, access.expiresAt - Date.now());
  }

  #ping(): void {
    if (this.#unanswered) {
      this.#counts.add('pingTimeouts');
      return this.#socket.close(CLOSE.silent, 'no pong');
    }
    this.#unanswered = true;
    return this.#send({ op: 'ping' });
  }

  async #message(data: Buffer | null): Promise<void> {
    const message = parsed(data);
    switch (message['op']) {
      case 'auth':
        return this.#authenticate(String(message['token']));
      case 'join':
        if (this.#access === null) return this.#strange();
        this.#joined = true;
        return this.#send({ op: 'joined' });
      case 'do':
        return this.#command(message['id']);
      case 'pong':
        this.#unanswered = false;
        return undefined;
      default:
        return this.#strange();
    }
  }

  async #authenticate(token: string): Promise<void> {
    const op = this.#access === null ? 'welcome' : 'renewed';
    try {
      const access = await this.#check(token);
      // The client may have left meanwhile, and nothing of it expires then.
      if (this.#socket.readyState !== this.#socket.OPEN) return;
      this.accept(access);
      this.#send({ op });
    } catch {
      this.#counts.add('refused');
      this.#send({ op: 'denied', reason: 'invalid token' });
      this.#socket.close(CLOSE.refused, 'invalid token');
    }
  }

  #command(id: unknown): void {
    const ready = this.#access !== null && (this.#joined || this.#options.joins !== true);
    if (!ready || (typeof id !== 'string' && typeof id !== 'number')) return this.#strange();
    this.#counts.command(this.#access?.user ?? '', id);
    return this.#send({ op: 'ok', id });
  }

  /** Ends a connection whose message is none of the protocol, or comes too early. */
  #strange(): void {
    this.#counts.add('strangeMessages');
    this.#socket.close(CLOSE.malformed, 'unexpected message');
  }

  #send(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

function parsed(data: Buffer | null): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(String(data));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
