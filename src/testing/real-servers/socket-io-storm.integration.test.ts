import { expect, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, dropAndExpiry } from './storm.ts';

test('clients of socket.io are ready when its middleware has let them in, and not before', async () => {
  const server = await startServer('socket.io', {
    ...(await mintedAccess()),
    atExpiry: 'disconnect',
    authenticationMs: 300,
  });
  const seen = await dropAndExpiry(
    `{ url: ws://127.0.0.1:${server.port}/, protocol: { socket.io: { event: do } } }`,
    'clients.closeCodes={ server-disconnect: refresh }',
  );
  const counts = await server.counts();
  expect(seen).toMatchObject(countedAlike(counts));
  expect(seen).toMatchObject({ expired: 50, recovered: 100, failedAttempts: 0 });
  expect(counts).toMatchObject({ connections: 150, refused: 0 });
  expect(seen.shortestHandshakeMs).toBeGreaterThanOrEqual(300);
});
