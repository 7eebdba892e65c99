import { expect, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, storm } from './storm.ts';

test('clients of MQTT are dropped, cut at the expiry of their tokens, and refused once; aedes counts the same', async () => {
  const server = await startServer('mqtt', { ...(await mintedAccess()), authenticationMs: 300 });
  const seen = await storm(
    `
duration: 60s
target: { url: ws://127.0.0.1:${server.port}/, protocol: { mqtt: { subscribe: 'of/{client}' } } }
tokens: { lifetime: 5s, issued: together, carrier: message }
clients:
  clockSkew: -10s
  arrive: { over: 1s }
  backoff: { growth: table, delays: [1500ms, 60s], jitter: none }
  commands: { rate: 1/s, onReconnect: resend }
faults: [{ at: 2s, drop: { code: 1012 } }]
`,
    (total) => total('ready') >= 150 && total('stateReady') === 50,
  );
  const counts = await server.counts();
  expect(seen).toMatchObject({ ...countedAlike(counts), expired: 0 });
  expect(seen).toMatchObject({ recovered: 100, failedAttempts: 50, refreshed: 50 });
  expect(counts).toMatchObject({ connections: 200, authenticated: 150, refused: 50, expiries: 50 });
  expect(counts.markedAgain).toBe(seen.resent);
  expect(seen.run.outcome.measurements.losses).toEqual(
    new Map([
      ['close-1012', 50],
      ['reset', 50],
    ]),
  );
  expect(seen.shortestHandshakeMs).toBeGreaterThanOrEqual(300);
});
