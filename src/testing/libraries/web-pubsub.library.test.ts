import { WebPubSubClient, WebPubSubJsonProtocol, type WebPubSubClientOptions } from '@azure/web-pubsub-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mintedAccess, type RealServer, startServer } from '../real-servers/start-server.ts';
import type { WebPubSubOptions } from '../real-servers/web-pubsub-server.ts';
import { accessToken } from '../real-servers/tokens.ts';

async function service(options: Partial<WebPubSubOptions> = {}): Promise<RealServer> {
  return startServer('web-pubsub', { ...(await mintedAccess()), atExpiry: 'close', ...options });
}

/** A client of the library that asks for a URL with tokens of these lifetimes, one after the other. */
function clientOf(
  { port }: RealServer,
  lifetimes: readonly number[],
  options: WebPubSubClientOptions = {},
): WebPubSubClient {
  let asked = 0;
  const getClientAccessUrl = async (): Promise<string> => {
    const token = await accessToken('u-1', lifetimes[Math.min(asked++, lifetimes.length - 1)] ?? 60);
    return `ws://127.0.0.1:${port}/client/hubs/chat?access_token=${token}`;
  };
  const client = new WebPubSubClient({ getClientAccessUrl }, { protocol: WebPubSubJsonProtocol(), ...options });
  onTestFinished(() => client.stop());
  return client;
}

describe("the stub of Azure Web PubSub, with the service's own client", () => {
  test('connects, joins a group, takes events and messages, and knows requests that come twice', async () => {
    const server = await service({ joins: true });
    const client = clientOf(server, [60], { keepAliveIntervalInMs: 100 });
    const message = new Promise((resolve) => client.on('group-message', (event) => resolve(event.message.data)));
    await client.start();
    await client.joinGroup('news');
    expect(await client.sendEvent('do', { id: 'c1-1' }, 'json', { ackId: 50 })).toMatchObject({ isDuplicated: false });
    expect(await client.sendEvent('do', { id: 'c1-1' }, 'json', { ackId: 50 })).toMatchObject({ isDuplicated: true });
    await client.sendToGroup('news', { id: 'c1-2' }, 'json');
    expect(await message).toEqual({ id: 'c1-2' });
    await server.until(({ clientPings }) => clientPings >= 1);
    expect(await server.counts()).toMatchObject({
      connections: 1,
      joins: 1,
      commands: 2,
      duplicateCommands: 0,
      strangeMessages: 0,
    });
  });

  test('refuses a bad token with HTTP 401', async () => {
    const server = await service();
    const client = new WebPubSubClient(`ws://127.0.0.1:${server.port}/client/hubs/chat?access_token=no`, {
      protocol: WebPubSubJsonProtocol(),
    });
    await expect(client.start()).rejects.toThrow(/401/);
    expect(await server.counts()).toMatchObject({ refused: 1, connections: 0 });
  });

  test('refuses a request by the name of an error', async () => {
    const server = await service({ forbidsGroups: true });
    const client = clientOf(server, [60], { messageRetryOptions: { maxRetries: 0 } });
    await client.start();
    await expect(client.joinGroup('news')).rejects.toMatchObject({ errorDetail: { name: 'Forbidden' } });
  });

  test('says why it ends a connection, after which the library asks for another URL and joins again', async () => {
    const server = await service();
    const client = clientOf(server, [1, 60]);
    const said = new Promise((resolve) => client.on('disconnected', ({ message }) => resolve(message?.message)));
    await client.start();
    await client.joinGroup('news');
    expect(await said).toBe('the token has expired');
    await server.until(({ authenticated, joins }) => authenticated === 2 && joins === 2);
    expect(await server.counts()).toMatchObject({ expiries: 1, refused: 0 });
  });

  test('cuts every connection, after which the library comes back', async () => {
    const server = await service();
    const client = clientOf(server, [60]);
    await client.start();
    await server.drop();
    expect(await server.until(({ authenticated }) => authenticated === 2)).toMatchObject({ connections: 2 });
  });

  test('is given up by the library when nothing comes for the time that it allows', async () => {
    const server = await service({ mute: true });
    const client = clientOf(server, [60], { keepAliveTimeoutInMs: 600, keepAliveIntervalInMs: 100 });
    await client.start();
    expect(await server.until(({ authenticated }) => authenticated === 2)).toMatchObject({ expiries: 0 });
  });
});
