import { once, type EventEmitter } from 'node:events';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { describe, expect, onTestFinished, test } from 'vitest';
import { mintedAccess, startServer } from '../real-servers/start-server.ts';
import { accessToken } from '../real-servers/tokens.ts';

/** The broker of the test suite with MQTT.js, before squall is held against it. */
describe('aedes', () => {
  test('accepts MQTT.js with a good token, acknowledges what it publishes, and cuts it at the expiry', async () => {
    const server = await startServer('mqtt', { ...(await mintedAccess()), echoes: true });
    const client = await clientOf(server.port, await accessToken('u-1', 3));
    await client.subscribeAsync('of/1', { qos: 1 });
    const echo = happens(client, 'message');
    await client.publishAsync('of/1', '{"id":"c1-1"}', { qos: 1 });
    await client.publishAsync('of/1', '{"id":"c1-1"}', { qos: 1 });
    expect(String((await echo)[1])).toBe('{"id":"c1-1"}');
    await happens(client, 'close');
    expect(await server.until(({ expiries }) => expiries === 1)).toMatchObject({
      connections: 1,
      authenticated: 1,
      commands: 2,
      duplicateCommands: 1,
      clientAcknowledgements: 2,
    });
  });

  test('refuses a bad token with return code 4', async () => {
    const server = await startServer('mqtt', await mintedAccess());
    await expect(clientOf(server.port, 'no token')).rejects.toMatchObject({ code: 4 });
    expect(await server.counts()).toMatchObject({ connections: 1, authenticated: 0, refused: 1 });
  });

  test('refuses the subscription to a topic of somebody else', async () => {
    const server = await startServer('mqtt', { ...(await mintedAccess()), privateTopics: 'of' });
    const client = await clientOf(server.port, await accessToken('u-1', 60));
    await expect(client.subscribeAsync('of/u-2', { qos: 1 })).rejects.toThrow('Unspecified error');
    expect(await client.subscribeAsync('of/u-1', { qos: 1 })).toMatchObject([{ topic: 'of/u-1', qos: 1 }]);
  });

  test('answers pings, and hears when a client publishes again what was not acknowledged', async () => {
    const server = await startServer('mqtt', await mintedAccess());
    const client = await clientOf(server.port, await accessToken('u-1', 60), { keepalive: 1, reconnectPeriod: 50 });
    await server.until(({ clientPings }) => clientPings >= 2);
    client.publish('of/1', '{"id":"c1-1"}', { qos: 1 });
    await server.drop();
    await happens(client, 'connect');
    await client.publishAsync('of/1', '{"id":"c1-2"}', { qos: 1 });
    expect(await server.counts()).toMatchObject({ connections: 2, authenticated: 2, pingTimeouts: 0 });
  });
});

async function clientOf(port: number, password: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await connectAsync(
    `ws://127.0.0.1:${port}/mqtt`,
    { username: 'squall', password, reconnectPeriod: 0, ...options },
    false,
  );
  onTestFinished(() => void client.end(true));
  return client;
}

/** The client's types know its events only, and are no emitter of Node's. */
function happens(client: MqttClient, event: string): Promise<unknown[]> {
  return once(client as unknown as EventEmitter, event);
}
