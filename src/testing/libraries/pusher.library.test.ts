import imported, { type Channel } from 'pusher-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mintedAccess, type RealServer, startServer } from '../real-servers/start-server.ts';
import { accessToken } from '../real-servers/tokens.ts';

/** The package is CommonJS, whose default export Node takes for the class, and TypeScript for the module. */
const Pusher = imported as unknown as typeof imported.default;

const APP = { key: 'app-key', secret: 'app-secret' };

/** The stub of Pusher with pusher-js, before squall is held against it. */
describe('the Pusher stub', () => {
  test('authorises a private channel of pusher-js, and answers its client events', async () => {
    const server = await startServer('pusher', { ...(await mintedAccess()), ...APP, activityTimeoutS: 1 });
    const token = await accessToken('u-1', 60);
    const channel = clientOf(server, () => token).subscribe('private-room');
    await event(channel, 'pusher:subscription_succeeded');
    const done = event(channel, 'done');
    channel.trigger('client-do', { id: 'c1-1' });
    expect(await done).toEqual({ id: 'c1-1' });
    const again = event(channel, 'done');
    channel.trigger('client-do', { id: 'c1-1' });
    await again;
    const counts = await server.until(({ clientPings }) => clientPings > 0);
    expect(counts).toMatchObject({ connections: 1, channelsAuthorised: 1, authenticated: 1, strangeMessages: 0 });
    expect(counts).toMatchObject({ commands: 2, duplicateCommands: 1 });
  });

  test('refuses to authorise a channel, which pusher-js leaves, while its socket stays open', async () => {
    const server = await startServer('pusher', { ...(await mintedAccess()), ...APP });
    const pusher = clientOf(server, () => 'no token');
    const error = await event(pusher.subscribe('private-room'), 'pusher:subscription_error');
    expect(error).toMatchObject({ type: 'AuthError', status: 403 });
    expect(pusher.connection.state).toBe('connected');
    expect(await server.counts()).toMatchObject({ connections: 1, refused: 1, authenticated: 0 });
  });

  test.each([
    [4200, 2],
    [4100, 2],
    [4009, 1],
  ])('closes with %d at expiry, after which pusher-js has made %d connections', async (expiryCode, connections) => {
    const server = await startServer('pusher', { ...(await mintedAccess()), ...APP, expiryCode });
    const tokens = [await accessToken('u-1', 1), await accessToken('u-1', 60)];
    const pusher = clientOf(server, () => tokens.shift() ?? '');
    const channel = pusher.subscribe('private-room');
    await event(channel, 'pusher:subscription_succeeded');
    if (connections > 1) await event(channel, 'pusher:subscription_succeeded');
    else await new Promise<void>((resolve) => pusher.connection.bind('disconnected', () => resolve()));
    expect(await server.counts()).toMatchObject({ connections, channelsAuthorised: connections, expiries: 1 });
  });

  test('cuts every connection on request, and pusher-js connects and asks for its channel again', async () => {
    const server = await startServer('pusher', { ...(await mintedAccess()), ...APP });
    const token = await accessToken('u-1', 60);
    const channel = clientOf(server, () => token).subscribe('private-room');
    await event(channel, 'pusher:subscription_succeeded');
    const again = event(channel, 'pusher:subscription_succeeded');
    await server.drop();
    await again;
    expect(await server.counts()).toMatchObject({ connections: 2, channelsAuthorised: 2, authenticated: 2 });
  });
});

function clientOf({ port }: RealServer, token: () => string): imported.default {
  const pusher = new Pusher(APP.key, {
    cluster: '',
    wsHost: '127.0.0.1',
    wsPort: port,
    forceTLS: false,
    enableStats: false,
    enabledTransports: ['ws'],
    channelAuthorization: {
      endpoint: `http://127.0.0.1:${port}/pusher/auth`,
      transport: 'ajax',
      headersProvider: () => ({ Authorization: `Bearer ${token()}` }),
    },
  });
  onTestFinished(() => pusher.disconnect());
  return pusher;
}

function event(channel: Channel, name: string): Promise<unknown> {
  return new Promise((resolve) => {
    const once = (data: unknown): void => {
      channel.unbind(name, once);
      resolve(data);
    };
    channel.bind(name, once);
  });
}
