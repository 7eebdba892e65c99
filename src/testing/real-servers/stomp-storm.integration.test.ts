import { expect, test } from 'vitest';
import type { ServerCounts } from './counts.ts';
import { mintedAccess, startServer } from './start-server.ts';
import type { StompOptions } from './stomp-server.ts';
import { countedAlike, dropAndExpiry, storm, type Storm } from './storm.ts';

type Options = Pick<StompOptions, 'heartbeatMs' | 'mixesFrames' | 'authenticationMs'>;

test('clients come back from a drop and an expiry, and both sides count the same [stomp: connect, authenticated, command and ack, expiry seen as such]', async () => {
  const { seen, counts } = await stormOf('stomp', { authenticationMs: 300 });
  expect(seen).toMatchObject({ ...countedAlike(counts), expired: 50, recovered: 100, failedAttempts: 0 });
  expect(counts).toMatchObject({ connections: 150, refused: 0, strangeMessages: 0 });
  expect(seen.shortestHandshakeMs).toBeGreaterThanOrEqual(300);
  const { losses, counts: figures } = seen.run.outcome.measurements;
  expect(Object.fromEntries(losses)).toEqual({ 'close-1012': 50, 'server-disconnect': 50 });
  expect(figures.unexpectedEvents).toBe(0);
});

test('heart-beats go both ways, in frames that are cut and mixed, and an ERROR has an advice [stomp: joined, server ping, client ping, advice]', async () => {
  const { seen, counts } = await stormOf(
    `{ stomp: { connectHeaders: { login: u, passcode: '{token}' }, subscribe: { destination: /topic/news, ready: receipt },
      errors: [{ on: 'token expired', then: refresh }], heartbeatOutgoing: 300ms, heartbeatIncoming: 300ms } }`,
    { heartbeatMs: [300, 300], mixesFrames: true },
  );
  expect(seen).toMatchObject({ ...countedAlike(counts), expired: 50, recovered: 100 });
  // The advice is followed at once: nobody presents the token that has expired.
  expect(counts).toMatchObject({ connections: 150, refused: 0, pingTimeouts: 0, strangeMessages: 0 });
  expect(counts.clientPings).toBeGreaterThan(100);
  expect(seen.run.outcome.seen?.filter(({ what }) => what.includes('frame'))).toEqual([]);
});

test('heart-beats go as seldom as the server wants them, and not at all where it wants none', async () => {
  for (const [wants, most] of [
    [1000, 150],
    [0, 0],
  ] as const) {
    const server = await startServer('stomp', { ...(await mintedAccess()), heartbeatMs: [0, wants] });
    await storm(`
duration: 3500ms
target:
  url: ws://127.0.0.1:${server.port}/
  protocol: { stomp: { heartbeatOutgoing: 100ms } }
tokens: { carrier: message }
clients: { arrive: { over: 100ms } }
`);
    const { clientPings, pingTimeouts } = await server.counts();
    expect(clientPings).toBeLessThanOrEqual(most);
    expect(clientPings).toBeGreaterThanOrEqual(most / 3);
    expect(pingTimeouts).toBe(0);
  }
});

async function stormOf(protocol: string, options: Options): Promise<{ seen: Storm; counts: ServerCounts }> {
  const server = await startServer('stomp', { ...(await mintedAccess()), ...options });
  const seen = await dropAndExpiry(
    `{ url: ws://127.0.0.1:${server.port}/, protocol: ${protocol} }`,
    'clients.closeCodes={ server-disconnect: refresh }',
  );
  return { seen, counts: await server.counts() };
}
