import { type Channel, Socket } from 'phoenix';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { mintedAccess, type RealServer, startServer } from '../real-servers/start-server.ts';
import { accessToken } from '../real-servers/tokens.ts';

/** The stub of a Phoenix endpoint with phoenix.js, before squall is held against it. */
describe('the Phoenix stub', () => {
  test('accepts phoenix.js with a token in its params, acknowledges pushes, and disconnects it at expiry', async () => {
    const server = await startServer('phoenix', {
      ...(await mintedAccess()),
      carrier: 'query',
      atExpiry: 'disconnect',
    });
    const tokens = [await accessToken('u-1', 1), await accessToken('u-1', 60)];
    const socket = socketOf(server, { params: () => ({ token: tokens.shift() ?? '' }), heartbeatIntervalMs: 100 });
    const channel = socket.channel('room:lobby');
    expect(await pushed(channel.join())).toEqual(['ok', {}]);
    expect(await pushed(channel.push('do', { id: 'c1-1' }))).toEqual(['ok', {}]);
    expect(await pushed(channel.push('do', { id: 'c1-1' }))).toEqual(['ok', {}]);
    const counts = await server.until(({ authenticated }) => authenticated === 2);
    expect(counts).toMatchObject({ connections: 2, refused: 0, commands: 2, duplicateCommands: 1, expiries: 1 });
    expect(counts.clientPings).toBeGreaterThan(2);
    expect(counts.strangeMessages).toBe(0);
  });

  test('accepts phoenix.js with a token in its subprotocol', async () => {
    const access = await mintedAccess();
    const server = await startServer('phoenix', { ...access, carrier: 'subprotocol', atExpiry: 'disconnect' });
    const socket = socketOf(server, { authToken: await accessToken('u-1', 60) });
    expect(await pushed(socket.channel('room:lobby').join())).toEqual(['ok', {}]);
    expect(await server.counts()).toMatchObject({ connections: 1, authenticated: 1, refused: 0 });
  });

  test('refuses a bad token with HTTP 403, after which phoenix.js connects again and again', async () => {
    const server = await startServer('phoenix', {
      ...(await mintedAccess()),
      carrier: 'query',
      atExpiry: 'disconnect',
    });
    socketOf(server, { params: { token: 'no token' } });
    expect(await server.until(({ refused }) => refused > 2)).toMatchObject({ authenticated: 0 });
  });

  test('refuses a join, which phoenix.js tries again over the same socket', async () => {
    const server = await startServer('phoenix', { ...(await mintedAccess()), carrier: 'join', atExpiry: 'disconnect' });
    const tokens = ['no token', await accessToken('u-1', 60)];
    const socket = socketOf(server);
    const channel = socket.channel('room:lobby', () => ({ token: tokens.shift() }));
    expect(await pushed(channel.join())).toEqual(['error', { reason: 'unauthorized' }]);
    const counts = await server.until(({ authenticated }) => authenticated === 1);
    expect(counts).toMatchObject({ connections: 1, joinsRefused: 1 });
  });

  test('crashes a channel at expiry, which phoenix.js joins again over the same socket', async () => {
    const server = await startServer('phoenix', {
      ...(await mintedAccess()),
      carrier: 'join',
      atExpiry: 'crash-channel',
    });
    const tokens = [await accessToken('u-1', 1), await accessToken('u-1', 60)];
    const channel = socketOf(server).channel('room:lobby', () => ({ token: tokens.shift() }));
    channel.join();
    const counts = await server.until(({ authenticated }) => authenticated === 2);
    expect(counts).toMatchObject({ connections: 1, expiries: 1, joinsRefused: 0 });
  });

  test('closes a channel at expiry, which phoenix.js leaves, while its socket stays open', async () => {
    const server = await startServer('phoenix', {
      ...(await mintedAccess()),
      carrier: 'query',
      atExpiry: 'close-channel',
    });
    const socket = socketOf(server, { params: { token: await accessToken('u-1', 1) } });
    const channel = socket.channel('room:lobby');
    const closed = new Promise<void>((resolve) => channel.onClose(() => resolve()));
    channel.join();
    await closed;
    expect(channel.state).toBe('closed');
    expect(socket.isConnected()).toBe(true);
    expect(await server.counts()).toMatchObject({ connections: 1, expiries: 1 });
  });

  test('refuses pushes after the expiry, if that is its way', async () => {
    const server = await startServer('phoenix', {
      ...(await mintedAccess()),
      carrier: 'query',
      atExpiry: 'refuse-commands',
    });
    const channel = socketOf(server, { params: { token: await accessToken('u-1', 1) } }).channel('room:lobby');
    await pushed(channel.join());
    await server.until(({ commandsRefused }) => {
      channel.push('do', { id: 'c1-1' });
      return commandsRefused > 0;
    });
    expect(await pushed(channel.push('do', { id: 'c1-2' }))).toEqual(['error', { reason: 'token expired' }]);
  });

  test('cuts every connection on request, and phoenix.js connects and joins again', async () => {
    const server = await startServer('phoenix', {
      ...(await mintedAccess()),
      carrier: 'query',
      atExpiry: 'disconnect',
    });
    const channel = socketOf(server, { params: { token: await accessToken('u-1', 60) } }).channel('room:lobby');
    await pushed(channel.join());
    await server.drop();
    expect(await server.until(({ authenticated }) => authenticated === 2)).toMatchObject({ connections: 2 });
  });
});

/** Options of 1.8 that the types do not know. */
type Options = ConstructorParameters<typeof Socket>[1] & { readonly authToken?: string };

function socketOf({ port }: RealServer, options: Options = {}): Socket {
  const socket = new Socket(`ws://127.0.0.1:${port}/socket`, { transport: WebSocket, ...options });
  onTestFinished(() => socket.disconnect());
  socket.connect();
  return socket;
}

/** The answer to a push, or that none came. */
function pushed(push: ReturnType<Channel['push']>): Promise<readonly unknown[]> {
  return new Promise((resolve) => {
    for (const status of ['ok', 'error', 'timeout'] as const)
      push.receive(status, (response: unknown) => resolve([status, response]));
  });
}
