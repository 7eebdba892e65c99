import { createServer, type Server } from 'node:http';
import { buildSchema, execute, GraphQLError, subscribe } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { SubscriptionServer } from 'subscriptions-transport-ws';
import { WebSocketServer } from 'ws';
import { listen } from '../../embedded/listen.ts';
import { type Access, accessCheck, type AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { cutOf, HOST, type Served } from './served.ts';

/** A GraphQL server whose clients present a token in `connection_init`, as the documentation of its library shows one. */
export interface GraphqlOptions extends AccessOptions {
  /** graphql-transport-ws: the npm package graphql-ws; graphql-ws: subscriptions-transport-ws */
  readonly subprotocol: 'graphql-transport-ws' | 'graphql-ws';
  /** at the token's expiry: the connection is closed, or every later command is refused with UNAUTHENTICATED */
  readonly atExpiry: 'close' | 'refuse-commands';
  /** how often the server sends a message that keeps the connection: `ping`, or `ka`; default: never */
  readonly keepAliveMs?: number;
  /** how long the subscription `news` goes on after its first event; default: for ever */
  readonly newsMs?: number;
}

/** Close codes at the token's expiry. */
const EXPIRED = { 'graphql-transport-ws': 4403, 'graphql-ws': 4401 } as const;

const SCHEMA = buildSchema(`
  type Query { now: Float }
  type Mutation { command(id: ID!): Boolean }
  type Subscription { news: String }
`);

/** What operations of a connection know of it. */
interface Context {
  readonly access: Access;
}

/** What both libraries' servers know of a socket. */
interface Closable {
  readonly readyState: number;
  close(code: number, reason: string): void;
  send(message: string): void;
  on(event: 'close', then: () => void): unknown;
}

const OPEN = 1;

export async function graphqlServer(options: GraphqlOptions, counts: Counts): Promise<Served> {
  const http = createServer();
  const check = accessCheck(options);
  const connect = async (parameters: unknown, socket: Closable): Promise<Context> => {
    const access = await check(tokenIn(parameters)).catch((error: unknown) => {
      counts.add('refused');
      throw error;
    });
    if (socket.readyState === OPEN) accepted(access, socket, options, counts);
    return { access };
  };
  if (options.subprotocol === 'graphql-ws') serveSubscriptionsTransport(http, options, connect, counts);
  else serveGraphqlWs(http, options, connect, counts);
  const drop = cutOf(http);
  return { port: await listen(http, HOST, 0), drop };
}

type Resolvers = Record<string, object>;

type Connect = (parameters: unknown, socket: Closable) => Promise<Context>;

function serveGraphqlWs(server: Server, options: GraphqlOptions, connect: Connect, counts: Counts): void {
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', () => counts.add('connections'));
  const contexts = new WeakMap<object, Context>();
  const unanswered = new WeakSet<object>();
  useServer(
    {
      schema: SCHEMA,
      roots: { mutation: commands(options, counts), subscription: news(options) },
      onConnect: async ({ connectionParams, extra: { socket } }) => {
        const context = await connect(connectionParams, socket).catch(() => null);
        if (context === null) return false;
        contexts.set(socket, context);
        if (options.keepAliveMs !== undefined) pingEvery(options.keepAliveMs, socket, unanswered, counts);
        return true;
      },
      context: ({ extra }) => contexts.get(extra.socket),
      onPing: () => counts.add('clientPings'),
      onPong: ({ extra }) => void unanswered.delete(extra.socket),
    },
    sockets,
  );
}

/** Sends pings of the protocol, and ends a connection that has not answered one by the next. */
function pingEvery(everyMs: number, socket: Closable, unanswered: WeakSet<object>, counts: Counts): void {
  const timer = setInterval(() => {
    if (unanswered.has(socket)) {
      counts.add('pingTimeouts');
      return socket.close(4408, 'no pong');
    }
    unanswered.add(socket);
    return socket.send('{"type":"ping","payload":{"at":1}}');
  }, everyMs);
  socket.on('close', () => clearInterval(timer));
}

function serveSubscriptionsTransport(server: Server, options: GraphqlOptions, connect: Connect, counts: Counts): void {
  const { keepAliveMs } = options;
  const { server: sockets } = SubscriptionServer.create(
    {
      schema: SCHEMA,
      rootValue: { ...commands(options, counts), ...news(options) },
      execute,
      subscribe,
      onConnect: connect,
      ...(keepAliveMs === undefined ? {} : { keepAlive: keepAliveMs }),
    },
    { server },
  );
  sockets.on('connection', () => counts.add('connections'));
}

function tokenIn(parameters: unknown): string {
  const { Authorization = '' } = (parameters ?? {}) as { Authorization?: unknown };
  return String(Authorization).replace(/^Bearer /, '');
}

/** Lets a connection go on until its token expires. */
function accepted({ expiresAt }: Access, socket: Closable, options: GraphqlOptions, counts: Counts): void {
  counts.add('authenticated');
  if (options.atExpiry !== 'close') return;
  const timer = setTimeout(() => {
    counts.add('expiries');
    socket.close(EXPIRED[options.subprotocol], 'token expired');
  }, expiresAt - Date.now());
  socket.on('close', () => clearTimeout(timer));
}

function commands({ atExpiry }: GraphqlOptions, counts: Counts): Resolvers {
  return {
    command: ({ id }: { id: string }, { access }: Context): boolean => {
      if (atExpiry === 'refuse-commands' && Date.now() >= access.expiresAt) {
        counts.add('commandsRefused');
        throw new GraphQLError('jwt expired', { extensions: { code: 'UNAUTHENTICATED' } });
      }
      counts.command(access.user, id);
      return true;
    },
  };
}

function news({ newsMs }: GraphqlOptions): Resolvers {
  return {
    news: async function* (): AsyncGenerator<{ readonly news: string }> {
      yield { news: 'first' };
      await new Promise((resolve) => newsMs !== undefined && setTimeout(resolve, newsMs));
    },
  };
}
