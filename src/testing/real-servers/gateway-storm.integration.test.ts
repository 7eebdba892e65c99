import { expect, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, storm } from './storm.ts';

const ORIGIN = 'https://app.example.com';

test('a gateway that looks at Origin, tenant and token counts what squall counts, through a drop and expiries', async () => {
  const server = await startServer('gateway', {
    ...(await mintedAccess()),
    carrier: 'header',
    origin: ORIGIN,
    tenants: ['acme'],
    subprotocol: 'chat.v2',
    authenticationMs: 200,
  });
  const seen = await storm(`
duration: 9s
target:
  url: ws://127.0.0.1:${server.port}/
  headers: { Origin: '${ORIGIN}', X-Tenant: acme }
  subprotocols: [chat.v2]
  protocol: { json: { command: '{"op":"do","id":"{id}"}', ack: { op: ok }, ackId: id } }
# Clocks that are 4 s slow renew tokens after they have expired.
tokens: { lifetime: 6s, issued: together, refresh: { lead: 1s } }
clients: { clockSkew: -4s, arrive: { over: 1s }, backoff: { base: 100ms, cap: 500ms }, commands: { rate: 1/s } }
faults: [{ at: 3s, drop: { code: 1012 } }]
`);
  const counts = await server.counts();
  expect(seen).toMatchObject(countedAlike(counts));
  expect(seen).toMatchObject({ ready: 150, expired: 50, recovered: 100, failedAttempts: 0 });
  expect(counts).toMatchObject({ connections: 150, refused: 0, originsRefused: 0, tenantsRefused: 0 });
  expect(counts.duplicateCommands).toBeLessThanOrEqual(seen.resent);
  expect(seen.shortestHandshakeMs).toBeGreaterThanOrEqual(200);
});

test('a gateway that misses an Origin lets nobody in, and nobody is ready', async () => {
  const server = await startServer('gateway', { ...(await mintedAccess()), carrier: 'header', origin: ORIGIN });
  const seen = await storm(
    `
duration: 2s
target: { url: ws://127.0.0.1:${server.port}/ }
clients: { count: 5, arrive: { over: 500ms }, backoff: { base: 100ms, cap: 500ms } }
`,
    'clients.count=5',
  );
  const counts = await server.counts();
  expect(seen).toMatchObject({ ready: 0, attempts: counts.originsRefused });
  expect(counts).toMatchObject({ connections: 0, authenticated: 0 });
});
