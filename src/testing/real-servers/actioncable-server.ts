import { createServer, type IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { listen } from '../../embedded/listen.ts';
import { accessCheck, type Access, type AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { cutOf, HOST, type Served } from './served.ts';

/** A stub of Action Cable, from actioncable/lib/action_cable/{connection,server} of Rails 8; AnyCable ends sessions by expiry. */
export interface ActionCableOptions extends AccessOptions {
  /** where the token is: in the cookie `session`, or in the parameter `jid` */
  readonly carrier: 'cookie' | 'query';
  /** name of the channel that may be subscribed to; others are rejected */
  readonly channel: string;
}

const PROTOCOL = 'actioncable-v1-json';
const BEAT_MS = 3000;

export async function actionCableServer(options: ActionCableOptions, counts: Counts): Promise<Served> {
  const check = accessCheck(options);
  const http = createServer();
  const sockets = new WebSocketServer({
    server: http,
    path: '/cable',
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : 'actioncable-unsupported'),
  });
  sockets.on('connection', (socket, request) => {
    counts.add('connections');
    const connection = new Connection(socket, options.channel, counts);
    check(tokenOf(request, options.carrier)).then(
      (access) => connection.welcome(access),
      (error: unknown) => {
        counts.add('refused');
        const isExpired = error instanceof Error && error.message.includes('"exp"');
        connection.disconnect(isExpired ? 'token_expired' : 'unauthorized', false);
      },
    );
  });
  const beats = setInterval(() => {
    const beat = JSON.stringify({ type: 'ping', message: Math.floor(Date.now() / 1000) });
    for (const socket of sockets.clients) socket.send(beat);
  }, BEAT_MS);
  http.on('close', () => clearInterval(beats));
  return { port: await listen(http, HOST, 0), drop: cutOf(http) };
}

function tokenOf({ url = '', headers }: IncomingMessage, carrier: ActionCableOptions['carrier']): string {
  if (carrier === 'query') return new URLSearchParams(url.slice(url.indexOf('?') + 1)).get('jid') ?? '';
  return /(?:^|; )session=([^;]*)/.exec(headers.cookie ?? '')?.[1] ?? '';
}

/** One connection, with at most one subscription. */
class Connection {
  readonly #socket: WebSocket;
  readonly #channel: string;
  readonly #counts: Counts;
  #user = '';
  #identifier: string | null = null;
  #expiry: NodeJS.Timeout | undefined;

  constructor(socket: WebSocket, channel: string, counts: Counts) {
    this.#socket = socket;
    this.#channel = channel;
    this.#counts = counts;
    socket.on('message', (data) => this.#receive(Buffer.isBuffer(data) ? data.toString() : ''));
    socket.on('error', () => {});
    socket.on('close', () => clearTimeout(this.#expiry));
  }

  welcome({ user, expiresAt }: Access): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#user = user;
    this.#counts.add('authenticated');
    this.#expiry = setTimeout(() => {
      this.#counts.add('expiries');
      this.disconnect('token_expired', false);
    }, expiresAt - Date.now());
    this.#send({ type: 'welcome' });
  }

  disconnect(reason: string, reconnect: boolean): void {
    this.#send({ type: 'disconnect', reason, reconnect });
    this.#socket.close();
  }

  #receive(text: string): void {
    // A connection that is closing reads nothing more.
    if (this.#socket.readyState !== this.#socket.OPEN) return undefined;
    const { command, identifier, data } = parsed(text);
    if (this.#user === '' || typeof identifier !== 'string') return this.#strange();
    switch (command) {
      case 'subscribe':
        return this.#subscribe(identifier);
      case 'unsubscribe':
        this.#identifier = null;
        return undefined;
      case 'message':
        return this.#act(identifier, typeof data === 'string' ? parsed(data) : {});
      default:
        return this.#strange();
    }
  }

  #subscribe(identifier: string): void {
    const isAllowed = parsed(identifier)['channel'] === this.#channel;
    this.#counts.add(isAllowed ? 'joins' : 'joinsRefused');
    if (isAllowed) this.#identifier = identifier;
    this.#send({ identifier, type: isAllowed ? 'confirm_subscription' : 'reject_subscription' });
  }

  /** The action `do`, whose channel transmits an answer of its own. */
  #act(identifier: string, { action, id }: Readonly<Record<string, unknown>>): void {
    if (identifier !== this.#identifier || action !== 'do') return this.#strange();
    this.#counts.command(this.#user, id);
    return this.#send({ identifier, message: { type: 'done', id } });
  }

  /** Rails logs messages that it does not know. */
  #strange(): void {
    this.#counts.add('strangeMessages');
  }

  #send(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
