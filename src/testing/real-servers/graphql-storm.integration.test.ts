import { expect, test } from 'vitest';
import type { ServerCounts } from './counts.ts';
import type { GraphqlOptions } from './graphql-server.ts';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, dropAndExpiry, storm } from './storm.ts';

type Subprotocol = GraphqlOptions['subprotocol'];

test('clients come back from a drop and an expiry, and both sides count the same [graphql-transport-ws: connect, authenticated, command and ack, expiry seen as such]', async () => {
  const losses = await comeBack('graphql-transport-ws', 'graphql-transport-ws');
  expect(losses).toEqual({ 'close-1012': 50, 'close-4403': 50 });
});

test('clients of the older protocol likewise [subscriptions-transport-ws: connect, authenticated, command and ack, expiry seen as such]', async () => {
  const losses = await comeBack('subscriptions-transport-ws', 'graphql-ws');
  expect(losses).toEqual({ 'close-1012': 50, 'close-4401': 50 });
});

test('commands refused after the expiry lead to another token [graphql-transport-ws: joined, server ping, client ping, advice]', async () => {
  const counts = await takeAnotherToken('graphql-transport-ws', 'graphql-transport-ws');
  expect(counts.clientPings).toBeGreaterThan(0);
});

test('commands of the older protocol likewise [subscriptions-transport-ws: joined, server ping, advice]', async () => {
  const counts = await takeAnotherToken('subscriptions-transport-ws', 'graphql-ws');
  expect(counts.clientPings).toBe(0);
});

test('a subscription that ends on an open socket is begun again [graphql-transport-ws: joined]', async () => {
  const server = await startServer('graphql', {
    ...(await mintedAccess()),
    subprotocol: 'graphql-transport-ws',
    atExpiry: 'close',
    newsMs: 2000,
  });
  const seen = await storm(
    `
duration: 60s
target:
  url: ws://127.0.0.1:${server.port}/
  protocol: { graphql-transport-ws: { subscribe: { query: 'subscription { news }', ready: result } } }
tokens: { carrier: message }
clients: { arrive: { over: 1s }, rejoin: { base: 100ms, jitter: none } }
`,
    (total) => total('lostChannel') >= 50 && total('rejoined') >= 50,
  );
  const { losses } = seen.run.outcome.measurements;
  expect([...losses.keys()]).toEqual(['channel-lost']);
  expect(await server.counts()).toMatchObject({ connections: 50, authenticated: 50 });
});

/** @returns the losses by their reason */
async function comeBack(protocol: string, subprotocol: Subprotocol): Promise<Readonly<Record<string, number>>> {
  const server = await startServer('graphql', {
    ...(await mintedAccess()),
    subprotocol,
    atExpiry: 'close',
    authenticationMs: 300,
  });
  const seen = await dropAndExpiry(`{ url: ws://127.0.0.1:${server.port}/, protocol: ${protocol} }`);
  const counts = await server.counts();
  expect(seen).toMatchObject(countedAlike(counts));
  expect(seen).toMatchObject({ expired: 50, recovered: 100, failedAttempts: 0 });
  expect(counts).toMatchObject({ connections: 150, refused: 0 });
  expect(seen.shortestHandshakeMs).toBeGreaterThanOrEqual(300);
  return Object.fromEntries(seen.run.outcome.measurements.losses);
}

async function takeAnotherToken(protocol: string, subprotocol: Subprotocol): Promise<ServerCounts> {
  const server = await startServer('graphql', {
    ...(await mintedAccess()),
    subprotocol,
    atExpiry: 'refuse-commands',
    keepAliveMs: 500,
  });
  const seen = await storm(
    `
duration: 60s
target:
  url: ws://127.0.0.1:${server.port}/
  protocol: { ${protocol}: { subscribe: { query: 'subscription { news }', ready: result } } }
tokens: { lifetime: 3s, issued: together, carrier: message, refresh: { lead: 1s } }
clients:
  clockSkew: -60s
  arrive: { over: 1s }
  commands: { rate: 2/s }
  heartbeat: { every: 500ms, timeout: 10s }
`,
    (total) => total('refreshed') >= 50 && total('ready') >= 100 && total('stateReady') === 50,
  );
  const counts = await server.counts();
  expect(counts).toMatchObject({ connections: seen.attempts, authenticated: seen.ready, refused: 0, expiries: 0 });
  // What was refused, and unanswered when its client left, is sent once more.
  expect(counts.commands + counts.commandsRefused).toBe(seen.commands + seen.resent);
  expect(counts.pingTimeouts).toBe(0);
  const { losses, timings } = seen.run.outcome.measurements;
  const forbidden = timings.command.failures.get('forbidden') ?? 0;
  expect(forbidden).toBeGreaterThanOrEqual(50);
  expect(forbidden).toBeLessThanOrEqual(counts.commandsRefused);
  expect(losses).toEqual(new Map([['renewal', 50]]));
  expect(seen.run.outcome.seen).toEqual([]);
  return counts;
}
