import { createServer, type IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { listen } from '../../embedded/listen.ts';
import { accessCheck, type Access, type AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { cutOf, HOST, type Served } from './served.ts';

/**
 * A stub of AWS AppSync Events, written from its documentation, which @aws-amplify/api-graphql accepts
 * (`npm run test:libraries`). It is at `/event/realtime`.
 */
export interface AppSyncEventsOptions extends AccessOptions {
  /**
   * at the expiry of the token of a subscription: an error that ends it, or nothing, after which requests with the token are
   * refused
   */
  readonly atExpiry: 'error' | 'refuse';
  /** period of `ka`; default: none */
  readonly kaMs?: number;
  /** default: 5 minutes */
  readonly connectionTimeoutMs?: number;
  /** whether subscriptions are refused, whatever the token, with all that was presented in the reason */
  readonly denies?: boolean;
}

const PATH = '/event/realtime';
const SUBPROTOCOL = 'aws-appsync-event-ws';
const PREFIX = 'header-';
const CONNECTION_TIMEOUT_MS = 300_000;

type Fields = Readonly<Record<string, unknown>>;

/** The check of an authorization. */
type Admit = (authorization: unknown) => Promise<Access>;

export async function appSyncEventsServer(options: AppSyncEventsOptions, counts: Counts): Promise<Served> {
  const check = accessCheck(options);
  const http = createServer((_, response) => void response.writeHead(404).end());
  const sockets = new WebSocketServer({
    server: http,
    path: PATH,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const admit: Admit = async (authorization) => {
    const { host, Authorization: token } = fieldsOf(authorization);
    if (typeof host !== 'string' || host === '') throw new Error('no host');
    return check(String(token).replace(/^Bearer /, ''));
  };
  sockets.on('connection', (socket: WebSocket, request) => {
    counts.add('connections');
    void new Session(socket, presentedIn(request), admit, options, counts);
  });
  return { port: await listen(http, HOST, 0), drop: cutOf(http) };
}

/** One connection of the API. */
class Session {
  readonly #socket: WebSocket;
  /** subprotocol in which the upgrade presented the token */
  readonly #upgrade: string;
  readonly #admit: Admit;
  readonly #options: AppSyncEventsOptions;
  readonly #counts: Counts;
  /** ids of subscriptions by channel */
  readonly #subscriptions = new Map<string, string>();
  #isAcknowledged = false;
  #expiry: NodeJS.Timeout | undefined;

  constructor(socket: WebSocket, upgrade: string, admit: Admit, options: AppSyncEventsOptions, counts: Counts) {
    this.#socket = socket;
    this.#upgrade = upgrade;
    this.#admit = admit;
    this.#options = options;
    this.#counts = counts;
    const beats = options.kaMs === undefined ? undefined : setInterval(() => this.#beat(), options.kaMs);
    socket.on('error', () => {});
    socket.on('close', () => {
      clearInterval(beats);
      clearTimeout(this.#expiry);
    });
    socket.on('message', (data) => void this.#read(fieldsOf(parsed(Buffer.isBuffer(data) ? data.toString() : ''))));
  }

  async #read(message: Fields): Promise<void> {
    const { type } = message;
    if (type === 'connection_init' && !this.#isAcknowledged) return this.#begin();
    const { id } = message;
    if (!this.#isAcknowledged || typeof id !== 'string' || !/^[\w+-]{1,128}$/.test(id)) return this.#refuse(message);
    if (type === 'subscribe') return this.#subscribe(id, message);
    if (type === 'publish') return this.#publish(id, message);
    if (type !== 'unsubscribe') return this.#refuse(message);
    this.#unsubscribe(id);
    return this.#send({ id, type: 'unsubscribe_success' });
  }

  #unsubscribe(id: string): void {
    for (const [channel, each] of this.#subscriptions) if (each === id) this.#subscriptions.delete(channel);
  }

  async #begin(): Promise<void> {
    try {
      await this.#admit(authorizationIn(this.#upgrade));
    } catch {
      this.#counts.add('refused');
      this.#send({ type: 'connection_error', errors: [UNAUTHORIZED] });
      return this.#socket.close();
    }
    this.#isAcknowledged = true;
    const { connectionTimeoutMs = CONNECTION_TIMEOUT_MS } = this.#options;
    return this.#send({ type: 'connection_ack', connectionTimeoutMs });
  }

  async #subscribe(id: string, { channel, authorization }: Fields): Promise<void> {
    const access = await this.#admit(authorization).catch(() => null);
    if (access === null || this.#options.denies === true || typeof channel !== 'string') {
      this.#counts.add('joinsRefused');
      const presented = `${this.#upgrade} ${JSON.stringify(authorization)}`;
      const error = access === null ? UNAUTHORIZED : { errorType: 'Unauthorized', message: `denied: ${presented}` };
      return this.#send({ id, type: 'subscribe_error', errors: [error] });
    }
    // A connection may have ended while its token was looked at.
    if (this.#socket.readyState !== this.#socket.OPEN) return undefined;
    this.#subscriptions.set(channel, id);
    this.#counts.add('authenticated');
    if (this.#options.atExpiry === 'error') {
      clearTimeout(this.#expiry);
      this.#expiry = setTimeout(() => this.#expire(id), access.expiresAt - Date.now());
    }
    return this.#send({ id, type: 'subscribe_success' });
  }

  async #publish(id: string, { channel, events, authorization }: Fields): Promise<void> {
    const access = await this.#admit(authorization).catch(() => null);
    if (access === null) {
      this.#counts.add('commandsRefused');
      return this.#send({ id, type: 'publish_error', errors: [UNAUTHORIZED] });
    }
    if (typeof channel !== 'string' || !Array.isArray(events) || events.length === 0 || events.length > 5)
      return this.#send({ id, type: 'publish_error', errors: [{ errorType: 'BadRequestException' }] });
    for (const event of events) this.#counts.command(access.user, fieldsOf(parsed(String(event)))['id']);
    const successful = events.map((_, index) => ({ identifier: `${id}-${index}`, index }));
    this.#send({ id, type: 'publish_success', successful, failed: [] });
    const subscription = this.#subscriptions.get(channel);
    if (subscription === undefined) return undefined;
    for (const event of events) this.#send({ id: subscription, type: 'data', event: String(event) });
    return undefined;
  }

  #expire(id: string): void {
    this.#counts.add('expiries');
    this.#unsubscribe(id);
    this.#send({ id, type: 'error', errors: [UNAUTHORIZED] });
  }

  #refuse({ id }: Fields): void {
    this.#counts.add('strangeMessages');
    this.#send({ ...(id === undefined ? {} : { id }), type: 'error', errors: [{ errorType: 'UnsupportedOperation' }] });
  }

  #beat(): void {
    if (this.#isAcknowledged) this.#send({ type: 'ka' });
  }

  #send(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

const UNAUTHORIZED = { errorType: 'UnauthorizedException', message: 'Token expired' };

/** The subprotocol of an upgrade that presents the token; empty: there is none. */
function presentedIn({ headers }: IncomingMessage): string {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(/, */);
  return offered.find((each) => each.startsWith(PREFIX)) ?? '';
}

function authorizationIn(presented: string): unknown {
  return parsed(Buffer.from(presented.slice(PREFIX.length), 'base64url').toString());
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
