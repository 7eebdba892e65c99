import { describe, expect, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, dropAndExpiry, storm } from './storm.ts';

const APIKEY = 'anon';

describe.each(['2.0.0', '1.0.0'])('clients of Supabase Realtime, version %s of the serializer,', (vsn) => {
  test('join again over the same socket, with another token, when theirs expires [supabase: connect, authenticated, joined, command and ack, expiry seen as such, advice]', async () => {
    const server = await startServer('supabase', { ...(await mintedAccess()), apikey: APIKEY });
    const seen = await dropAndExpiry(
      `{ url: ws://127.0.0.1:${server.port}/realtime/v1/websocket, protocol: { supabase: { apikey: ${APIKEY}, vsn: ${vsn} } } }`,
      'tokens.renewal=in-band',
    );
    const counts = await server.counts();
    const { curves } = seen.run.outcome.measurements;
    expect(seen).toMatchObject({ ...countedAlike(counts), ready: 100, expired: 50, failedAttempts: 0 });
    expect(curves.total('rejoined')).toBe(50);
    expect(curves.total('joins')).toBe(counts.authenticated);
    expect(counts).toMatchObject({ connections: 100, authenticated: 150, joinsRefused: 0, strangeMessages: 0 });
  });
});

test('clients of Supabase Realtime present newer tokens in band, and ping [supabase: renewal, client ping]', async () => {
  const server = await startServer('supabase', { ...(await mintedAccess()), apikey: APIKEY });
  const seen = await storm(
    `
duration: 60s
target:
  url: ws://127.0.0.1:${server.port}/realtime/v1/websocket
  protocol: { supabase: { apikey: ${APIKEY} } }
tokens: { lifetime: 4s, issued: together, carrier: message, renewal: in-band, refresh: { lead: 2s } }
clients: { arrive: { over: 1s }, heartbeat: { every: 500ms, timeout: 5s } }
`,
    (total) => total('refreshed') >= 100 && total('stateRenewing') === 0,
  );
  const counts = await server.until(({ renewals }) => renewals >= seen.refreshed);
  expect(counts).toMatchObject({ connections: 50, authenticated: 50, expiries: 0, refused: 0 });
  expect(counts.renewals).toBe(seen.refreshed);
  expect(seen).toMatchObject({ ready: 50, expired: 0 });
  // Each renewal has a heartbeat of its own.
  expect(counts.clientPings).toBeGreaterThan(counts.renewals);
});

test('clients of Supabase Realtime that exceed the rate of joins are refused, and join later over the same socket', async () => {
  const server = await startServer('supabase', { ...(await mintedAccess()), apikey: APIKEY, joinsPerSecond: 40 });
  const seen = await storm(
    `
duration: 60s
target:
  url: ws://127.0.0.1:${server.port}/realtime/v1/websocket
  protocol: { supabase: { apikey: ${APIKEY} } }
tokens: { lifetime: 10m, carrier: message }
clients: { arrive: { over: 100ms }, backoff: { base: 100ms, cap: 500ms } }
`,
    (total) => total('stateReady') === 50,
  );
  const counts = await server.counts();
  const { curves, timings } = seen.run.outcome.measurements;
  expect(counts).toMatchObject({ connections: 50, authenticated: 50 });
  expect(counts.joinsRefused).toBeGreaterThan(0);
  expect(curves.total('joins')).toBe(counts.authenticated + counts.joinsRefused);
  expect(timings.join.failures).toEqual(new Map([['join-refused', counts.joinsRefused]]));
});
