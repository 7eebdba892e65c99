import { Client, type IFrame } from '@stomp/stompjs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { mintedAccess, startServer } from '../real-servers/start-server.ts';
import { accessToken } from '../real-servers/tokens.ts';

/** The STOMP server of the tests with the client library, before squall is held against it. */
describe('the STOMP server', () => {
  test('accepts stompjs with a good token, acknowledges its frames, and ends it at expiry, after which it is back', async () => {
    const server = await startServer('stomp', { ...(await mintedAccess()), heartbeatMs: [100, 100] });
    const tokens = [await accessToken('u-1', 2), await accessToken('u-1', 60)];
    const errors: IFrame[] = [];
    const client = clientOf(server.port, () => (tokens.length > 1 ? tokens.shift()! : tokens[0]!));
    client.onStompError = (frame) => errors.push(frame);
    await connected(client);
    const receipt = new Promise((resolve) => client.watchForReceipt('r-1', resolve));
    client.publish({ destination: '/app/do', body: '{"id":"c1-1"}', headers: { receipt: 'r-1' } });
    expect(await receipt).toMatchObject({ command: 'RECEIPT' });
    const message = new Promise<{ readonly body: string }>((resolve) => {
      client.subscribe('/topic/echo', resolve, { id: 's' });
    });
    client.publish({ destination: '/app/echo', body: '{"id":"c1-1"}' });
    expect((await message).body).toBe('{"id":"c1-1"}');
    await server.until(({ authenticated }) => authenticated === 2);
    expect(errors.map(({ headers }) => headers['message'])).toEqual(['token expired: log in again']);
    const counts = await server.counts();
    expect(counts).toMatchObject({ connections: 2, expiries: 1, commands: 2, duplicateCommands: 1, pingTimeouts: 0 });
    expect(counts.clientPings).toBeGreaterThan(0);
  });

  test('refuses a bad token by an ERROR, after which stompjs tries again for ever', async () => {
    const server = await startServer('stomp', await mintedAccess());
    const client = clientOf(server.port, () => 'no token');
    client.activate();
    await server.until(({ refused }) => refused >= 3);
    expect(await server.counts()).toMatchObject({ authenticated: 0 });
  });
});

/** A client that asks for its token at each connection. */
function clientOf(port: number, token: () => string): Client {
  const client = new Client({
    webSocketFactory: () => new WebSocket(`ws://127.0.0.1:${port}/`, ['v12.stomp', 'v11.stomp', 'v10.stomp']),
    reconnectDelay: 50,
    heartbeatOutgoing: 100,
    heartbeatIncoming: 100,
    beforeConnect: () => {
      client.connectHeaders = { Authorization: `Bearer ${token()}` };
    },
  });
  onTestFinished(() => client.deactivate());
  return client;
}

async function connected(client: Client): Promise<void> {
  await new Promise<void>((resolve) => {
    client.onConnect = () => resolve();
    client.activate();
  });
}
