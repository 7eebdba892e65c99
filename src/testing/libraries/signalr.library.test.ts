import { type HubConnection, HubConnectionBuilder, HubConnectionState, LogLevel } from '@microsoft/signalr';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mintedAccess, type RealServer, startServer } from '../real-servers/start-server.ts';
import type { SignalrOptions } from '../real-servers/signalr-server.ts';
import { accessToken } from '../real-servers/tokens.ts';

async function hub(options: Partial<SignalrOptions> = {}): Promise<RealServer> {
  return startServer('signalr', { ...(await mintedAccess()), atExpiry: 'close', ...options });
}

/**
 * A connection of the library whose token factory mints tokens of these lifetimes, one after the other. It is asked twice for
 * each connection: by the negotiation and by the WebSocket.
 */
function connectionTo({ port }: RealServer, lifetimes: readonly number[], delaysMs = [0, 50, 200]): HubConnection {
  let asked = 0;
  const connection = new HubConnectionBuilder()
    .withUrl(`http://127.0.0.1:${port}/chat`, {
      accessTokenFactory: () => accessToken('u-1', lifetimes[Math.min(asked++, lifetimes.length - 1)] ?? 60),
    })
    .withAutomaticReconnect(delaysMs)
    .configureLogging(LogLevel.None)
    .build();
  onTestFinished(() => connection.stop());
  return connection;
}

const closed = (connection: HubConnection): Promise<unknown> =>
  new Promise((resolve) => connection.onclose((error) => resolve(error ?? null)));

describe("the stub of a SignalR server, with SignalR's own client", () => {
  test.each([
    ['', {}, 1],
    [' behind a redirect with another token', { redirects: true }, 2],
  ])('negotiates, connects and answers invocations%s', async (_where, options, negotiations) => {
    const server = await hub({ ...options, batches: true });
    const connection = connectionTo(server, [60]);
    await connection.start();
    expect(await connection.invoke('Do', 'c1-1')).toEqual({ ok: true });
    expect(await connection.invoke('Do', 'c1-1')).toEqual({ ok: true });
    await expect(connection.invoke('Nothing')).rejects.toThrow("Unknown hub method 'Nothing'");
    // The library sends its first ping at once.
    await server.until(({ clientPings }) => clientPings === 1);
    expect(await server.counts()).toMatchObject({
      negotiations,
      connections: 1,
      authenticated: 1,
      commands: 2,
      duplicateCommands: 1,
      strangeMessages: 0,
    });
  });

  test('asks for results, which the library refuses where it has no handler', async () => {
    const server = await hub();
    const connection = connectionTo(server, [60]);
    await connection.start();
    await connection.invoke('Ask');
    expect(await server.until(({ completions }) => completions === 1)).toMatchObject({ strangeMessages: 0 });
  });

  test('refuses a bad token in the negotiation, once, since the token factory has just been asked', async () => {
    const server = await hub();
    const connection = new HubConnectionBuilder()
      .withUrl(`http://127.0.0.1:${server.port}/chat`, { accessTokenFactory: () => 'no token' })
      .configureLogging(LogLevel.None)
      .build();
    await expect(connection.start()).rejects.toThrow(/401/);
    expect(await server.counts()).toMatchObject({ negotiations: 1, negotiationsRefused: 1, connections: 0 });
  });

  test('closes at the expiry, and the library comes back with a token that it asks for', async () => {
    const server = await hub();
    const connection = connectionTo(server, [1, 1, 60]);
    const back = new Promise((resolve) => connection.onreconnected(resolve));
    await connection.start();
    await back;
    expect(connection.state).toBe(HubConnectionState.Connected);
    expect(await server.counts()).toMatchObject({
      negotiations: 2,
      negotiationsRefused: 0,
      authenticated: 2,
      expiries: 1,
    });
  });

  test('closes without allowReconnect, which is final for the library', async () => {
    const server = await hub({ atExpiry: 'close-for-good' });
    const connection = connectionTo(server, [1, 1, 60]);
    const end = closed(connection);
    await connection.start();
    await end;
    expect(connection.state).toBe(HubConnectionState.Disconnected);
    expect(await server.counts()).toMatchObject({ negotiations: 1, authenticated: 1, expiries: 1 });
  });

  test('cuts every connection, after which the library comes back', async () => {
    const server = await hub();
    const connection = connectionTo(server, [60]);
    const back = new Promise((resolve) => connection.onreconnected(resolve));
    await connection.start();
    await server.drop();
    await back;
    expect(await server.counts()).toMatchObject({ negotiations: 2, authenticated: 2 });
  });

  test('refuses a handshake by an error, after which a first start is not tried again', async () => {
    const server = await hub({ handshakeError: 'no' });
    await expect(connectionTo(server, [60]).start()).rejects.toThrow(/no/);
    expect(await server.counts()).toMatchObject({ connections: 1, authenticated: 0 });
  });

  test('is given up by the library when its pings stay out', async () => {
    const server = await hub({ pings: false });
    const connection = connectionTo(server, [60], []);
    connection.serverTimeoutInMilliseconds = 400;
    const end = closed(connection);
    await connection.start();
    expect(await end).toMatchObject({ message: expect.stringContaining('Server timeout elapsed') as string });
  });

  test('leads to itself, which the library follows 99 times', async () => {
    const server = await hub({ redirectTo: '.' });
    await expect(connectionTo(server, [60]).start()).rejects.toThrow(/redirection limit/);
    expect(await server.counts()).toMatchObject({ negotiations: 100, connections: 0 });
  });
});
