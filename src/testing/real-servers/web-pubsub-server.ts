import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { listen } from '../../embedded/listen.ts';
import { accessCheck, bearerOf, type Access, type AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { cutOf, HOST, type Served } from './served.ts';

/**
 * A stub of Azure Web PubSub, written from its reference of json.webpubsub.azure.v1, which @azure/web-pubsub-client accepts
 * (`npm run test:libraries`). The hub is at `/client/hubs/chat`.
 */
export interface WebPubSubOptions extends AccessOptions {
  /**
   * at the token's expiry: an application ends the connection with a reason, every later request is forbidden, or nothing
   * happens, which is the service's own way
   */
  readonly atExpiry: 'close' | 'refuse-commands' | 'ignore';
  /** whether clients have to join a group before they may send events */
  readonly joins?: boolean;
  /** whether acks of groups are refused */
  readonly forbidsGroups?: boolean;
  /** whether pings stay without an answer */
  readonly mute?: boolean;
}

const HUB = '/client/hubs/chat';
const SUBPROTOCOL = 'json.webpubsub.azure.v1';
const NORMAL = 1000;

type Message = Readonly<Record<string, unknown>>;

export async function webPubSubServer(options: WebPubSubOptions, counts: Counts): Promise<Served> {
  const check = accessCheck(options);
  const admissions = new WeakMap<IncomingMessage, Access>();
  const http = createServer((_, response) => void response.writeHead(404).end());
  const sockets = new WebSocketServer({
    server: http,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    verifyClient: ({ req: request }, answer) => {
      void admission(request).then((access) => {
        if (typeof access === 'number') return answer(false, access);
        admissions.set(request, access);
        return answer(true);
      });
    },
  });
  sockets.on('connection', (socket: WebSocket, request) => {
    counts.add('connections');
    void new Session(socket, admissions.get(request)!, options, counts);
  });
  const drop = cutOf(http);
  return { port: await listen(http, HOST, 0), drop };

  async function admission(request: IncomingMessage): Promise<Access | number> {
    const url = new URL(request.url ?? '/', `http://${HOST}`);
    if (url.pathname !== HUB) return 404;
    if (!(request.headers['sec-websocket-protocol'] ?? '').split(/, */).includes(SUBPROTOCOL)) return 400;
    try {
      return await check(url.searchParams.get('access_token') ?? bearerOf(request));
    } catch {
      counts.add('refused');
      return 401;
    }
  }
}

/** One connection of the hub. */
class Session {
  readonly #socket: WebSocket;
  readonly #access: Access;
  readonly #options: WebPubSubOptions;
  readonly #counts: Counts;
  /** ids of the connection's requests that were carried out */
  readonly #done = new Set<unknown>();
  readonly #groups = new Set<unknown>();

  constructor(socket: WebSocket, access: Access, options: WebPubSubOptions, counts: Counts) {
    this.#socket = socket;
    this.#access = access;
    this.#options = options;
    this.#counts = counts;
    const expiry =
      options.atExpiry === 'close' ? setTimeout(() => this.#expire(), access.expiresAt - Date.now()) : undefined;
    socket.on('message', (data) => this.#read(JSON.parse(Buffer.isBuffer(data) ? data.toString() : '{}') as Message));
    socket.on('error', () => {});
    socket.on('close', () => clearTimeout(expiry));
    counts.add('authenticated');
    this.#send({ type: 'system', event: 'connected', userId: access.user, connectionId: randomUUID() });
  }

  #read(message: Message): void {
    switch (message['type']) {
      case 'ping':
        this.#counts.add('clientPings');
        if (this.#options.mute !== true) this.#send({ type: 'pong' });
        return;
      case 'joinGroup':
        return this.#answer(message, () => this.#join(message['group']));
      case 'event':
        return this.#answer(message, () => this.#do(message['data']));
      case 'sendToGroup':
        return this.#answer(message, () => this.#publish(message));
      default:
        this.#counts.add('strangeMessages');
        return this.#socket.close(1008, 'Invalid message');
    }
  }

  /** Carries a request out, once for each id. @param carryOut returns the name of the error; null: it is done */
  #answer({ ackId }: Message, carryOut: () => string | null): void {
    const name = this.#done.has(ackId) ? 'Duplicate' : carryOut();
    if (ackId === undefined) return;
    if (name === null) this.#done.add(ackId);
    const error = name === null ? {} : { error: { name, message: `${name}: the request was not carried out` } };
    this.#send({ type: 'ack', ackId, success: name === null, ...error });
  }

  #join(group: unknown): string | null {
    if (this.#options.forbidsGroups === true || this.#isExpired) return 'Forbidden';
    this.#groups.add(group);
    this.#counts.add('joins');
    return null;
  }

  #do(data: unknown): string | null {
    if (this.#isExpired || (this.#options.joins === true && this.#groups.size === 0)) {
      this.#counts.add('commandsRefused');
      return 'Forbidden';
    }
    this.#counts.command(this.#access.user, (data as { readonly id?: unknown } | null)?.id);
    return null;
  }

  #publish({ group, data }: Message): string | null {
    const refusal = this.#do(data);
    if (refusal === null && this.#groups.has(group))
      this.#send({ type: 'message', from: 'group', group, dataType: 'json', data, fromUserId: this.#access.user });
    return refusal;
  }

  get #isExpired(): boolean {
    return this.#options.atExpiry === 'refuse-commands' && Date.now() >= this.#access.expiresAt;
  }

  #expire(): void {
    this.#counts.add('expiries');
    this.#send({ type: 'system', event: 'disconnected', message: 'the token has expired' });
    this.#socket.close(NORMAL);
  }

  #send(message: object): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
