import { expect, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, storm } from './storm.ts';

test('clients of socket.io are ready when its middleware has let them in, and not before', async () => {
  const server = await startServer('socket.io', {
    ...(await mintedAccess()),
    atExpiry: 'disconnect',
    authenticationMs: 300,
  });
  const seen = await storm(
    `
duration: 60s
target: { url: ws://127.0.0.1:${server.port}/, protocol: { socket.io: { event: do } } }
tokens: { lifetime: 4s, issued: together, carrier: message, refresh: { lead: 1s } }
clients:
  clockSkew: -10s
  arrive: { over: 1s }
  backoff: { base: 100ms, cap: 500ms }
  closeCodes: { server-disconnect: refresh }
  commands: { rate: 1/s }
faults: [{ at: 2500ms, drop: { code: 1012 } }]
`,
    (total) => total('lostExpired') >= 50 && total('stateReady') === 50,
  );
  const counts = await server.counts();
  expect(seen).toMatchObject(countedAlike(counts));
  expect(seen).toMatchObject({ expired: 50, recovered: 100, failedAttempts: 0 });
  expect(counts).toMatchObject({ connections: 150, refused: 0 });
  expect(seen.shortestHandshakeMs).toBeGreaterThanOrEqual(300);
});
