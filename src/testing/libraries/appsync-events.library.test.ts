import { Amplify } from '@aws-amplify/core';
import { events } from '@aws-amplify/api-graphql';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { AppSyncEventsOptions } from '../real-servers/appsync-events-server.ts';
import { mintedAccess, type RealServer, startServer } from '../real-servers/start-server.ts';
import { accessToken } from '../real-servers/tokens.ts';

const CHANNEL = '/default/room';

/** A socket of the library, which knows TLS only. */
class PlainSocket extends WebSocket {
  constructor(url: string, protocols: readonly string[]) {
    super(url.replace('wss:', 'ws:'), [...protocols]);
  }
}

async function service(options: Partial<AppSyncEventsOptions> = {}): Promise<RealServer> {
  const server = await startServer('appsync-events', { ...(await mintedAccess()), atExpiry: 'error', ...options });
  const endpoint = `http://127.0.0.1:${server.port}/event`;
  Amplify.configure({ API: { Events: { endpoint, region: 'eu-west-1', defaultAuthMode: 'none' } } });
  return server;
}

function connect(authToken: string) {
  return events.connect(CHANNEL, { authMode: 'none', authToken });
}

describe("the stub of AppSync Events, with the service's own client", () => {
  beforeAll(() => void Object.assign(globalThis, { WebSocket: PlainSocket }));
  afterEach(() => events.closeAll());

  // The library comes back no more once all its channels were closed, as after each test.
  test('connects, subscribes, takes events, delivers them, and cuts the connection, after which the library comes back', async () => {
    const server = await service({ kaMs: 100 });
    const authToken = await accessToken('u-1', 60);
    const channel = await connect(authToken);
    let received: (event: unknown) => void;
    const event = new Promise((resolve) => (received = resolve));
    await channel.subscribe({ next: (each) => received(each), error: () => {} }, { authToken }).ready;
    await channel.publish({ id: 'c1-1' }, { authToken });
    await channel.publish({ id: 'c1-1' }, { authToken });
    expect(await event).toMatchObject({ type: 'data', event: { id: 'c1-1' } });
    expect(await server.counts()).toMatchObject({ connections: 1, authenticated: 1 });
    expect(await server.counts()).toMatchObject({ commands: 2, duplicateCommands: 1, strangeMessages: 0 });
    await server.drop();
    await server.until(({ connections, authenticated }) => connections === 2 && authenticated === 2);
  });

  test('refuses a connection for its token, which the library does not try again', async () => {
    const server = await service();
    await expect(connect('no token')).rejects.toThrow('UnauthorizedException');
    expect(await server.counts()).toMatchObject({ connections: 1, refused: 1 });
  });

  test('refuses an event for the token in its message, and takes the next with another', async () => {
    const server = await service({ atExpiry: 'refuse' });
    const channel = await connect(await accessToken('u-1', 60));
    await expect(channel.publish({ id: 'c1-1' }, { authToken: 'old' })).rejects.toThrow('UnauthorizedException');
    await channel.publish({ id: 'c1-1' }, { authToken: await accessToken('u-1', 60) });
    expect(await server.counts()).toMatchObject({ connections: 1, commandsRefused: 1, commands: 1 });
  });

  test('refuses a subscription, and leaves the socket open', async () => {
    const server = await service({ denies: true });
    const authToken = await accessToken('u-1', 60);
    const channel = await connect(authToken);
    const { ready } = channel.subscribe({ next: () => {}, error: () => {} }, { authToken });
    await expect(ready).rejects.toThrow('Unauthorized');
    await channel.publish({ id: 'c1-1' }, { authToken });
    expect(await server.counts()).toMatchObject({ connections: 1, joinsRefused: 1, commands: 1 });
  });

  test('ends a subscription whose token has expired, which the application begins again over the same socket', async () => {
    const server = await service();
    const channel = await connect(await accessToken('u-1', 60));
    const options = { authToken: await accessToken('u-1', 1) };
    const ended = new Promise((resolve) => channel.subscribe({ next: () => {}, error: resolve }, options));
    expect(await ended).toMatchObject({ errors: [{}] });
    const again = { authToken: await accessToken('u-1', 60) };
    await channel.subscribe({ next: () => {}, error: () => {} }, again).ready;
    expect(await server.counts()).toMatchObject({ connections: 1, expiries: 1, authenticated: 2 });
  });
});
