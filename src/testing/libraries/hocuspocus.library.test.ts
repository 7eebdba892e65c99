import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { mintedAccess, type RealServer, startServer } from '../real-servers/start-server.ts';
import { accessToken } from '../real-servers/tokens.ts';

/** The Hocuspocus server with its provider, before squall is held against it. */
describe('the Hocuspocus server', () => {
  test('accepts the provider, acknowledges its updates, and takes the token that it asks for', async () => {
    const server = await startServer('hocuspocus', { ...(await mintedAccess()), askMs: 1000 });
    const tokens = [await accessToken('u-1', 2), await accessToken('u-1', 60)];
    const provider = providerOf(server, () => tokens.shift() ?? '');
    await event(provider, 'synced');
    for (const value of ['{"id":"c1-1"}', '{"id":"c1-2"}', '{"id":"c1-2"}']) {
      provider.document.getMap('squall').set('key', value);
    }
    while (provider.unsyncedChanges > 0) await event(provider, 'unsyncedChanges');
    const counts = await server.until(({ renewals }) => renewals === 1);
    expect(counts).toMatchObject({ connections: 1, authenticated: 1, commands: 3, duplicateCommands: 1, expiries: 0 });
    // Its awareness, which it wrote when it opened the document.
    expect(counts.clientPings).toBeGreaterThan(0);
  });

  test('acknowledges no update of a provider that may only read', async () => {
    const server = await startServer('hocuspocus', { ...(await mintedAccess()), readOnly: true });
    const token = await accessToken('u-1', 60);
    const provider = providerOf(server, () => token);
    await event(provider, 'synced');
    provider.document.getMap('squall').set('key', '{"id":"c1-1"}');
    await server.until(({ commandsRefused }) => commandsRefused === 1);
    expect(provider.authorizedScope).toBe('readonly');
    expect(provider.hasUnsyncedChanges).toBe(true);
  });

  test('refuses a token, and the provider stays connected and does nothing by itself', async () => {
    const server = await startServer('hocuspocus', await mintedAccess());
    const tokens = ['no token', await accessToken('u-1', 60)];
    const provider = providerOf(server, () => tokens.shift() ?? '');
    expect(await event(provider, 'authenticationFailed')).toEqual({ reason: 'permission-denied' });
    // The application presents another token, and synchronises over the same socket.
    const synced = event(provider, 'synced');
    await provider.sendToken();
    provider.startSync();
    await synced;
    expect(await server.counts()).toMatchObject({ connections: 1, joinsRefused: 1, authenticated: 1 });
  });

  test('closes the document of an expired token, which the provider leaves, while the socket stays open', async () => {
    const server = await startServer('hocuspocus', await mintedAccess());
    const tokens = [await accessToken('u-1', 1), await accessToken('u-1', 60)];
    const provider = providerOf(server, () => tokens.shift() ?? '');
    expect(await event(provider, 'close')).toEqual({ event: { code: 1000, reason: 'Unauthorized' } });
    expect(provider.isSynced).toBe(false);
    const synced = event(provider, 'synced');
    await provider.sendToken();
    provider.startSync();
    await synced;
    expect(await server.counts()).toMatchObject({ connections: 1, authenticated: 2, expiries: 1 });
  });

  test('cuts every connection on request, and the provider connects and opens its document again', async () => {
    const server = await startServer('hocuspocus', await mintedAccess());
    const token = await accessToken('u-1', 60);
    const provider = providerOf(server, () => token);
    await event(provider, 'synced');
    const again = event(provider, 'synced');
    await server.drop();
    await again;
    expect(await server.counts()).toMatchObject({ connections: 2, authenticated: 2, joinsRefused: 0 });
  });
});

function providerOf({ port }: RealServer, token: () => string): HocuspocusProvider {
  const websocketProvider = new HocuspocusProviderWebsocket({
    url: `ws://127.0.0.1:${port}`,
    WebSocketPolyfill: WebSocket,
  });
  const provider = new HocuspocusProvider({ websocketProvider, name: 'squall', token });
  provider.attach();
  onTestFinished(() => {
    provider.destroy();
    websocketProvider.destroy();
  });
  return provider;
}

/** The next event of a name. */
function event(provider: HocuspocusProvider, name: string): Promise<unknown> {
  return new Promise((resolve) => {
    const once = (data: unknown): void => {
      provider.off(name, once);
      resolve(data);
    };
    provider.on(name, once);
  });
}
