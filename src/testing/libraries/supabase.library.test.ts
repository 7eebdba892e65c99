import { REALTIME_SUBSCRIBE_STATES, RealtimeClient, type RealtimeChannel } from '@supabase/realtime-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { mintedAccess, type RealServer, startServer } from '../real-servers/start-server.ts';
import { accessToken } from '../real-servers/tokens.ts';

const APIKEY = 'anon';

/** The stub of Supabase Realtime with realtime-js, before squall is held against it. */
describe.each(['2.0.0', '1.0.0'])('the Supabase stub, version %s of the serializer', (vsn) => {
  test('accepts realtime-js, acknowledges its broadcasts, and takes a newer token in band', async () => {
    const server = await startServer('supabase', { ...(await mintedAccess()), apikey: APIKEY });
    const client = clientOf(server, vsn, { heartbeatIntervalMs: 100 });
    await client.setAuth(await accessToken('u-1', 2));
    const channel = channelOf(client);
    expect(await subscribed(channel)).toBe('SUBSCRIBED');
    const send = (id: string) => channel.send({ type: 'broadcast', event: 'do', payload: { id } });
    expect(await send('c1-1')).toBe('ok');
    expect(await send('c1-1')).toBe('ok');
    await client.setAuth(await accessToken('u-1', 60));
    const counts = await server.until(({ renewals }) => renewals === 1);
    expect(counts).toMatchObject({ connections: 1, authenticated: 1, commands: 2, duplicateCommands: 1 });
    expect(counts).toMatchObject({ expiries: 0, strangeMessages: 0 });
    await server.until(({ clientPings }) => clientPings > 1);
  });

  test('closes a channel whose token expires, which realtime-js leaves, while the socket stays open', async () => {
    const server = await startServer('supabase', { ...(await mintedAccess()), apikey: APIKEY });
    const client = clientOf(server, vsn);
    await client.setAuth(await accessToken('u-1', 1));
    const channel = channelOf(client);
    const said: unknown[] = [];
    channel.on('system', {}, (payload: unknown) => said.push(payload));
    const states: string[] = [];
    const closed = new Promise<void>((resolve) => {
      channel.subscribe((state) => {
        states.push(state);
        if (state === REALTIME_SUBSCRIBE_STATES.CLOSED) resolve();
      });
    });
    await closed;
    expect(states).toEqual(['SUBSCRIBED', 'CLOSED']);
    expect(said).toMatchObject([{ status: 'error', message: expect.stringContaining('Token has expired') as unknown }]);
    expect(client.isConnected()).toBe(true);
    // The application asks for another token, and subscribes again over the same socket.
    await client.setAuth(await accessToken('u-1', 60));
    expect(await subscribed(channelOf(client))).toBe('SUBSCRIBED');
    expect(await server.counts()).toMatchObject({ connections: 1, authenticated: 2, expiries: 1 });
  });

  test('refuses a join with an expired token, which realtime-js tries again over the same socket', async () => {
    const server = await startServer('supabase', { ...(await mintedAccess()), apikey: APIKEY });
    const client = clientOf(server, vsn);
    await client.setAuth(await accessToken('u-1', -60));
    const channel = channelOf(client);
    const errors: string[] = [];
    const joined = new Promise<void>((resolve) => {
      channel.subscribe((state, error) => {
        if (error !== undefined) errors.push(error.message);
        if (state === REALTIME_SUBSCRIBE_STATES.SUBSCRIBED) resolve();
      });
    });
    await server.until(({ joinsRefused }) => joinsRefused === 1);
    await client.setAuth(await accessToken('u-1', 60));
    await joined;
    expect(errors[0]).toContain('Token has expired');
    expect((await server.counts()).connections).toBe(1);
  });

  test('cuts every connection on request, and realtime-js connects and joins again', async () => {
    const server = await startServer('supabase', { ...(await mintedAccess()), apikey: APIKEY });
    const client = clientOf(server, vsn, { reconnectAfterMs: () => 10 });
    await client.setAuth(await accessToken('u-1', 60));
    await subscribed(channelOf(client));
    await server.drop();
    expect(await server.until(({ authenticated }) => authenticated === 2)).toMatchObject({ connections: 2 });
  });
});

type Options = NonNullable<ConstructorParameters<typeof RealtimeClient>[1]>;

function clientOf({ port }: RealServer, vsn: string, options: Options = {}): RealtimeClient {
  const client = new RealtimeClient(`ws://127.0.0.1:${port}/realtime/v1`, {
    params: { apikey: APIKEY },
    transport: WebSocket as never,
    vsn,
    ...options,
  });
  onTestFinished(() => void client.disconnect());
  return client;
}

function channelOf(client: RealtimeClient): RealtimeChannel {
  return client.channel('room', { config: { broadcast: { ack: true } } });
}

function subscribed(channel: RealtimeChannel): Promise<string> {
  return new Promise((resolve) => channel.subscribe((state) => resolve(state)));
}
