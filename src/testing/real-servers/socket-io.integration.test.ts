import { io, type Socket } from 'socket.io-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { accessToken } from './tokens.ts';

/** The server with socket.io's own client library, before squall is held against it. */
describe('the socket.io server', () => {
  test('accepts the library with a good token, acknowledges its commands once each, and ends it at expiry', async () => {
    const server = await startServer('socket.io', { ...(await mintedAccess()), atExpiry: 'disconnect' });
    const socket = clientOf(server.port, await accessToken('u-1', 2));
    await event(socket, 'connect');
    expect(await socket.emitWithAck('do', { id: 'c1-1' })).toEqual({ ok: true });
    expect(await socket.emitWithAck('do', { id: 'c1-1' })).toEqual({ ok: true });
    expect(await event(socket, 'disconnect')).toBe('io server disconnect');
    expect(socket.active).toBe(false);
    expect(await server.counts()).toMatchObject({
      connections: 1,
      authenticated: 1,
      refused: 0,
      commands: 2,
      duplicateCommands: 1,
      expiries: 1,
    });
  });

  test('refuses a bad token by a message of the protocol, after which the library does not come back', async () => {
    const server = await startServer('socket.io', { ...(await mintedAccess()), atExpiry: 'disconnect' });
    const socket = clientOf(server.port, 'no token');
    expect(await event(socket, 'connect_error')).toMatchObject({
      message: 'Not authorized',
      data: { code: 'invalid_token' },
    });
    expect(socket.active).toBe(false);
    expect(await server.counts()).toMatchObject({ connections: 1, authenticated: 0, refused: 1 });
  });

  test('refuses commands after the expiry, if that is its way', async () => {
    const server = await startServer('socket.io', { ...(await mintedAccess()), atExpiry: 'refuse-commands' });
    const socket = clientOf(server.port, await accessToken('u-1', 1));
    await event(socket, 'connect');
    await server.until(({ commands, commandsRefused }) => {
      socket.emit('do', { id: 'c1-1' }, () => {});
      return commands > 0 && commandsRefused > 0;
    });
    expect(await server.counts()).toMatchObject({ connections: 1, authenticated: 1, expiries: 0 });
  });

  test('cuts every connection on request, and the library comes back', async () => {
    const server = await startServer('socket.io', { ...(await mintedAccess()), atExpiry: 'disconnect' });
    const socket = clientOf(server.port, await accessToken('u-1', 60));
    await event(socket, 'connect');
    const again = event(socket, 'connect');
    await server.drop();
    await again;
    expect(await server.counts()).toMatchObject({ connections: 2, authenticated: 2 });
  });
});

function clientOf(port: number, token: string): Socket {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], auth: { token }, reconnectionDelay: 10 });
  onTestFinished(() => void socket.disconnect());
  return socket;
}

function event(socket: Socket, name: string): Promise<unknown> {
  return new Promise((resolve) => socket.once(name, (argument: unknown) => resolve(argument)));
}
