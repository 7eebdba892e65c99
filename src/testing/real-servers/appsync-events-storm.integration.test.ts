import { expect, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, dropAndExpiry } from './storm.ts';

test('clients of AppSync Events are ready when they have subscribed, and subscribe again with another token when theirs has expired [appsync-events: connect, authenticated, joined, command and ack, expiry seen as such, advice]', async () => {
  const server = await startServer('appsync-events', { ...(await mintedAccess()), atExpiry: 'error' });
  const seen = await dropAndExpiry(`{ url: ws://127.0.0.1:${server.port}/, protocol: appsync-events }`);
  const counts = await server.counts();
  const { curves } = seen.run.outcome.measurements;
  expect(seen).toMatchObject({ ...countedAlike(counts), ready: 100, expired: 50, failedAttempts: 0 });
  expect(curves.total('rejoined')).toBe(50);
  expect(curves.total('joins')).toBe(counts.authenticated);
  expect(counts).toMatchObject({ connections: 100, authenticated: 150, expiries: 50, joinsRefused: 0 });
  expect(counts).toMatchObject({ refused: 0, commandsRefused: 0, strangeMessages: 0 });
  expect(seen.run.outcome.seen).toMatchObject([{ kind: 'end', what: 'channel-lost', count: 50 }]);
});
