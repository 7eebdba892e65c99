import { expect, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, storm } from './storm.ts';

test('clients of Web PubSub are ready when they have joined, and come back when an application ends them [web-pubsub: connect, authenticated, joined, command and ack, expiry seen as such, advice]', async () => {
  const server = await startServer('web-pubsub', { ...(await mintedAccess()), atExpiry: 'close', joins: true });
  const seen = await storm(
    `
duration: 20s
target:
  url: ws://127.0.0.1:${server.port}/client/hubs/chat
  protocol: { web-pubsub: { joinGroup: news, command: { sendToGroup: news }, expired: '.*expired' } }
tokens: { lifetime: 4s, issued: together, carrier: { query: access_token }, refresh: { lead: 1s } }
clients:
  clockSkew: -10s
  arrive: { over: 1s }
  backoff: { base: 100ms, cap: 500ms }
  commands: { rate: 1/s }
faults: [{ at: 2500ms, drop: { code: 1012 } }]
`,
    (total) => total('lostExpired') >= 50 && total('stateReady') === 50,
  );
  const counts = await server.counts();
  expect(seen).toMatchObject(countedAlike(counts));
  expect(seen).toMatchObject({ expired: 50, recovered: 100, failedAttempts: 0 });
  expect(counts).toMatchObject({ connections: 150, joins: 150, refused: 0, commandsRefused: 0 });
  expect(seen.run.outcome.seen).toMatchObject([{ kind: 'end', what: 'server-disconnect', count: 50 }]);
});
