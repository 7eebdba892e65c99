import { createClient, type Client } from 'graphql-ws';
import { SubscriptionClient } from 'subscriptions-transport-ws';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { GraphqlOptions } from './graphql-server.ts';
import { mintedAccess, type RealServer, startServer } from './start-server.ts';
import { accessToken } from './tokens.ts';

const COMMAND = 'mutation ($id: ID!) { command(id: $id) }';
const UNAUTHENTICATED = { extensions: { code: 'UNAUTHENTICATED' } };

async function started(options: Omit<GraphqlOptions, 'keys' | 'issuer' | 'audience'>): Promise<RealServer> {
  return startServer('graphql', { ...(await mintedAccess()), ...options });
}

/** The servers with the libraries' own clients, before squall is held against them. */
describe('the server of graphql-ws', () => {
  test('accepts the library with a good token, answers its pings and commands, and closes with 4403 at expiry', async () => {
    const server = await started({ subprotocol: 'graphql-transport-ws', atExpiry: 'close', keepAliveMs: 100 });
    const { client, closed } = clientOf(server.port, [await accessToken('u-1', 1), await accessToken('u-1', 60)]);
    expect(await commanded(client, 'c1-1')).toEqual({ data: { command: true } });
    expect(await commanded(client, 'c1-1')).toEqual({ data: { command: true } });
    expect(await closed).toMatchObject({ code: 4403, reason: 'token expired' });
    // The library is back by itself with the next token.
    await server.until(({ authenticated, clientPings }) => authenticated === 2 && clientPings > 0);
    expect(await server.counts()).toMatchObject({ expiries: 1, commands: 2, duplicateCommands: 1, pingTimeouts: 0 });
  });

  test('refuses a bad token with 4403', async () => {
    const server = await started({ subprotocol: 'graphql-transport-ws', atExpiry: 'close' });
    const { closed } = clientOf(server.port, ['no token']);
    expect(await closed).toMatchObject({ code: 4403, reason: 'Forbidden' });
    expect(await server.counts()).toMatchObject({ authenticated: 0, refused: 1 });
  });

  test('refuses commands after the expiry, if that is its way', async () => {
    const server = await started({ subprotocol: 'graphql-transport-ws', atExpiry: 'refuse-commands' });
    const { client } = clientOf(server.port, [await accessToken('u-1', 1)]);
    const answers: Answer[] = [];
    while (answers.at(-1)?.errors === undefined) answers.push(await commanded(client, `c1-${answers.length}`));
    expect(answers[0]).toEqual({ data: { command: true } });
    expect(answers.at(-1)).toMatchObject({ errors: [UNAUTHENTICATED] });
    expect(await server.counts()).toMatchObject({ connections: 1, authenticated: 1, expiries: 0 });
  });
});

describe('the server of subscriptions-transport-ws', () => {
  test('accepts the library, acknowledges its commands, and refuses a bad token by a message', async () => {
    const server = await started({ subprotocol: 'graphql-ws', atExpiry: 'close', keepAliveMs: 100 });
    const good = oldClientOf(server.port, await accessToken('u-1', 60));
    const answer = await new Promise((resolve) => {
      good.request({ query: COMMAND, variables: { id: 'c1-1' } }).subscribe({ next: resolve });
    });
    expect(answer).toEqual({ data: { command: true } });
    const error = await new Promise((resolve) => {
      oldClientOf(server.port, 'no token', resolve);
    });
    expect(error).toMatchObject({ message: 'Invalid Compact JWS' });
    expect(await server.counts()).toMatchObject({ connections: 2, authenticated: 1, refused: 1, commands: 1 });
  });
});

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly unknown[];
}

/** The first answer to a command. */
async function commanded(client: Client, id: string): Promise<Answer> {
  for await (const answer of client.iterate({ query: COMMAND, variables: { id } })) return answer as Answer;
  throw new Error(`no answer to ${id}`);
}

interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A client that presents one token after the other, at each connection the next. */
function clientOf(port: number, tokens: string[]): { readonly client: Client; readonly closed: Promise<Closed> } {
  const { promise: closed, resolve } = withResolvers<Closed>();
  const client = createClient({
    url: `ws://127.0.0.1:${port}/`,
    webSocketImpl: WebSocket,
    lazy: false,
    keepAlive: 200,
    retryAttempts: tokens.length - 1,
    retryWait: () => Promise.resolve(),
    connectionParams: () => ({ Authorization: `Bearer ${tokens.length > 1 ? tokens.shift() : tokens[0]}` }),
    on: { closed: (event) => resolve(event as Closed) },
    onNonLazyError: () => {},
  });
  onTestFinished(() => void client.dispose());
  return { client, closed };
}

function withResolvers<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

function oldClientOf(port: number, token: string, refused?: (error: unknown) => void): SubscriptionClient {
  const connectionCallback = (errors: unknown): void => (errors === undefined ? undefined : refused?.(errors));
  const client = new SubscriptionClient(
    `ws://127.0.0.1:${port}/`,
    { connectionParams: { Authorization: `Bearer ${token}` }, connectionCallback },
    WebSocket,
  );
  onTestFinished(() => client.close());
  return client;
}
