import type { WebSocket } from 'ws';
import type { Access } from './access.ts';
import type { Counts } from './counts.ts';

export interface SignalrSessionOptions {
  /**
   * at the token's expiry: a close message that allows to reconnect (`CloseOnAuthenticationExpiration`), one that does not,
   * every later invocation refused, or nothing, which is the default of ASP.NET Core
   */
  readonly atExpiry: 'close' | 'close-for-good' | 'refuse-commands' | 'ignore';
  /** the server pings a connection on which it sent nothing for this long; default: 15 s */
  readonly keepAliveMs?: number;
  /** silence after which the server gives a client up; default: 30 s */
  readonly clientTimeoutMs?: number;
  /** whether clients have to invoke `Join` before `Do` */
  readonly joins?: boolean;
  /** error of each answer to a handshake; default: none */
  readonly handshakeError?: string;
  /** whether the answer to an invocation comes with a push and a ping in one frame */
  readonly batches?: boolean;
  /** whether the server sends pings; default: true */
  readonly pings?: boolean;
}

const TYPE = { invocation: 1, completion: 3, ping: 6, close: 7 } as const;
const SEPARATOR = '\x1e';
const KEEP_ALIVE_MS = 15_000;
const CLIENT_TIMEOUT_MS = 30_000;
/** Parts of a period after which silence is looked at. */
const LOOKS = 4;

type Message = Readonly<Record<string, unknown>>;

/** One connection of the hub, which has the methods `Do(id)` and `Join(group)`. */
export class SignalrSession {
  readonly #socket: WebSocket;
  readonly #access: Access;
  readonly #options: SignalrSessionOptions;
  readonly #counts: Counts;
  readonly #timers: NodeJS.Timeout[] = [];
  #hasShakenHands = false;
  #hasJoined = false;
  #heardAt = performance.now();
  #sentAt = performance.now();

  constructor(socket: WebSocket, access: Access, options: SignalrSessionOptions, counts: Counts) {
    this.#socket = socket;
    this.#access = access;
    this.#options = options;
    this.#counts = counts;
    socket.on('message', (data) => this.#read(Buffer.isBuffer(data) ? data.toString() : ''));
    socket.on('error', () => {});
    socket.on('close', () => this.#timers.forEach(clearTimeout));
  }

  #read(text: string): void {
    this.#heardAt = performance.now();
    for (const record of text.split(SEPARATOR)) {
      if (record === '') continue;
      const message = JSON.parse(record) as Message;
      if (this.#hasShakenHands) this.#message(message);
      else this.#shakeHands(message);
    }
  }

  #shakeHands({ protocol, version }: Message): void {
    const wrong =
      protocol === 'json' && version === 1 ? undefined : `The protocol '${String(protocol)}' is not supported.`;
    const error = this.#options.handshakeError ?? wrong;
    this.#send(error === undefined ? {} : { error });
    if (error !== undefined) return this.#socket.close();
    this.#hasShakenHands = true;
    this.#counts.add('authenticated');
    return this.#watch();
  }

  /** Begins the pings of the server, the timeout of the client, and the wait for the token's expiry. */
  #watch(): void {
    const { keepAliveMs = KEEP_ALIVE_MS, clientTimeoutMs = CLIENT_TIMEOUT_MS, pings = true, atExpiry } = this.#options;
    if (pings)
      this.#timers.push(
        setInterval(() => {
          if (performance.now() - this.#sentAt >= keepAliveMs * (1 - 1 / LOOKS)) this.#send({ type: TYPE.ping });
        }, keepAliveMs),
      );
    this.#timers.push(
      setInterval(() => {
        if (performance.now() - this.#heardAt < clientTimeoutMs) return;
        this.#counts.add('pingTimeouts');
        this.#close({ error: 'Connection closed with an error.', allowReconnect: true });
      }, clientTimeoutMs / LOOKS),
    );
    if (atExpiry !== 'close' && atExpiry !== 'close-for-good') return;
    const leftMs = this.#access.expiresAt - Date.now();
    this.#timers.push(
      setTimeout(() => {
        this.#counts.add('expiries');
        this.#close(atExpiry === 'close' ? { allowReconnect: true } : {});
      }, leftMs),
    );
  }

  #message(message: Message): void {
    switch (message['type']) {
      case TYPE.invocation:
        return this.#invoked(message);
      case TYPE.ping:
        return this.#counts.add('clientPings');
      case TYPE.completion:
        return this.#counts.add('completions');
      case TYPE.close:
        return this.#socket.close();
      default:
        this.#counts.add('strangeMessages');
        return this.#close({ error: 'Connection closed with an error.' });
    }
  }

  #invoked({ target, arguments: args, invocationId }: Message): void {
    const [argument] = args as readonly unknown[];
    const answer = this.#resultOf(String(target), argument);
    if (invocationId === undefined) return;
    const completion = { type: TYPE.completion, invocationId, ...answer };
    if (this.#options.batches === true)
      this.#send({ type: TYPE.invocation, target: 'Done', arguments: [argument] }, completion, { type: TYPE.ping });
    else this.#send(completion);
  }

  #resultOf(target: string, argument: unknown): object {
    if (target === 'Join') {
      this.#hasJoined = true;
      this.#counts.add('joins');
      return { result: null };
    }
    if (target === 'Ask') {
      // A call of the client that waits for its result.
      this.#send({ type: TYPE.invocation, invocationId: 's1', target: 'WhoAreYou', arguments: [] });
      return { result: null };
    }
    if (target !== 'Do') return { error: `Unknown hub method '${target}'` };
    if (this.#options.joins === true && !this.#hasJoined) return { error: 'HubException: join first' };
    if (this.#options.atExpiry === 'refuse-commands' && Date.now() >= this.#access.expiresAt) {
      this.#counts.add('commandsRefused');
      return { error: "An unexpected error occurred invoking 'Do' on the server. HubException: token expired" };
    }
    this.#counts.command(this.#access.user, argument);
    return { result: { ok: true } };
  }

  #close(message: object): void {
    this.#send({ type: TYPE.close, ...message });
    this.#socket.close();
  }

  #send(...messages: readonly object[]): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#sentAt = performance.now();
    this.#socket.send(messages.map((message) => JSON.stringify(message) + SEPARATOR).join(''));
  }
}
