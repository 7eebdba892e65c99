import { expect, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, dropAndExpiry } from './storm.ts';

test('clients of Web PubSub are ready when they have joined, and come back when an application ends them [web-pubsub: connect, authenticated, joined, command and ack, expiry seen as such, advice]', async () => {
  const server = await startServer('web-pubsub', { ...(await mintedAccess()), atExpiry: 'close', joins: true });
  const seen = await dropAndExpiry(
    `{ url: ws://127.0.0.1:${server.port}/client/hubs/chat, protocol: { web-pubsub: { joinGroup: news, command: { sendToGroup: news }, expired: '.*expired' } } }`,
    'tokens.carrier={ query: access_token }',
  );
  const counts = await server.counts();
  expect(seen).toMatchObject(countedAlike(counts));
  expect(seen).toMatchObject({ expired: 50, recovered: 100, failedAttempts: 0 });
  expect(counts).toMatchObject({ connections: 150, joins: 150, refused: 0, commandsRefused: 0 });
  expect(seen.run.outcome.seen).toMatchObject([{ kind: 'end', what: 'server-disconnect', count: 50 }]);
});
