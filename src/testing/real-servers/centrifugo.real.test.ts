import { Centrifuge, type Options } from 'centrifuge';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { installed } from './installs/provided.ts';
import { mintedAccess, startServer, type RealServer } from './start-server.ts';
import { accessToken } from './tokens.ts';

const binary = installed('centrifugo');

describe.runIf(binary !== null)('Centrifugo', () => {
  test("its own library's connection, call, renewal in band and expiry are counted", async () => {
    const server = await started();
    const client = clientOf(server, { token: await accessToken('u-1', 2), getToken: () => accessToken('u-1', 2) });
    client.connect();
    await client.ready();
    expect(await client.rpc('do', { id: 'c1-1' })).toEqual({ data: {} });
    expect(await client.rpc('do', { id: 'c1-1' })).toEqual({ data: {} });
    await server.until(({ renewals }) => renewals === 1);
    client.disconnect();
    // One whose application has no newer token keeps its connection past the expiry, until the server ends it.
    const late = clientOf(server, { token: await accessToken('u-2', 1), getToken: () => new Promise(() => {}) });
    late.connect();
    await server.until(({ expiries }) => expiries === 1);
    expect(await server.counts()).toMatchObject({
      connections: 2,
      authenticated: 2,
      refused: 0,
      commands: 2,
      duplicateCommands: 1,
    });
  });

  test('a token that it cannot read is refused for good', async () => {
    const server = await started();
    const client = clientOf(server, { token: 'no.token.here' });
    const over = new Promise((resolve) => client.once('disconnected', resolve));
    client.connect();
    expect(await over).toMatchObject({ code: 3500 });
    expect(await server.counts()).toMatchObject({ connections: 1, authenticated: 0, refused: 1 });
  });
});

async function started(): Promise<RealServer> {
  const { keys, issuer, audience } = await mintedAccess();
  const [key] = keys;
  if (key === undefined) throw new Error('the minted tokens have no public key');
  return startServer('centrifugo', {
    binary: binary ?? '',
    key,
    issuer,
    audience,
    pingSeconds: 2,
    graceSeconds: 2,
  });
}

function clientOf({ port }: RealServer, options: Partial<Options>): Centrifuge {
  const client = new Centrifuge(`ws://127.0.0.1:${port}/connection/websocket`, { websocket: WebSocket, ...options });
  onTestFinished(() => client.disconnect());
  return client;
}
