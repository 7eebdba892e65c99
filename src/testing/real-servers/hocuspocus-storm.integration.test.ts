import { describe, expect, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, dropAndExpiry, storm } from './storm.ts';

describe('clients of Hocuspocus', () => {
  test('open their document again over the same socket, with another token, when theirs expires [hocuspocus: connect, authenticated, joined, command and ack, expiry seen as such]', async () => {
    const server = await startServer('hocuspocus', await mintedAccess());
    const seen = await dropAndExpiry(
      `{ url: ws://127.0.0.1:${server.port}/, protocol: hocuspocus }`,
      'tokens.renewal=in-band',
    );
    const counts = await server.counts();
    const { curves } = seen.run.outcome.measurements;
    expect(seen).toMatchObject({ ...countedAlike(counts), ready: 100, expired: 50, failedAttempts: 0 });
    expect(curves.total('rejoined')).toBe(50);
    expect(curves.total('joins')).toBe(counts.authenticated);
    expect(counts).toMatchObject({ connections: 100, authenticated: 150, joinsRefused: 0, commandsRefused: 0 });
    expect(seen.acknowledged).toBeGreaterThan(0);
  });

  test('present newer tokens in band, when the server asks for them, and write their awareness [hocuspocus: renewal, client ping, advice]', async () => {
    const server = await startServer('hocuspocus', { ...(await mintedAccess()), askMs: 2000 });
    const seen = await storm(
      `
duration: 60s
target: { url: ws://127.0.0.1:${server.port}/, protocol: hocuspocus }
tokens: { lifetime: 4s, issued: together, carrier: message, renewal: in-band, refresh: { lead: 1s } }
clients: { clockSkew: -60s, arrive: { over: 1s }, heartbeat: { every: 500ms, timeout: 5s }, commands: { rate: 1/s } }
`,
      (total) => total('refreshed') >= 100 && total('stateRenewing') === 0,
    );
    const counts = await server.until(({ renewals }) => renewals >= seen.refreshed);
    expect(counts).toMatchObject({ connections: 50, authenticated: 50, expiries: 0, refused: 0, joinsRefused: 0 });
    expect(counts.renewals).toBe(seen.refreshed);
    expect(seen).toMatchObject({ ready: 50, expired: 0 });
    expect(counts.clientPings).toBeGreaterThanOrEqual(50);
  });

  test('get another token where theirs is refused, over the same socket', async () => {
    const server = await startServer('hocuspocus', { ...(await mintedAccess()), ignoresExpiry: true });
    const seen = await storm(
      `
duration: 60s
target: { url: ws://127.0.0.1:${server.port}/, protocol: { hocuspocus: { document: 'page-{client}' } } }
tokens: { lifetime: 3s, issued: together, carrier: message, refresh: { lead: 1s } }
clients:
  clockSkew: -60s
  arrive: { over: 1s }
  backoff: { growth: fixed, base: 2s, jitter: none }
faults: [{ at: 2s, drop: { code: 1012 } }]
`,
      (total) => total('recovered') >= 50 && total('stateReady') === 50,
    );
    const counts = await server.counts();
    expect(counts).toMatchObject({ connections: 100, joinsRefused: 50, authenticated: 100, expiries: 0 });
    expect(seen.run.outcome.measurements.curves.total('joins')).toBe(counts.joinsRefused + counts.authenticated);
    expect(seen).toMatchObject({ ready: 100, refreshed: 50, failedAttempts: 0 });
  });

  test('have each command refused where they may only read', async () => {
    const server = await startServer('hocuspocus', { ...(await mintedAccess()), readOnly: true });
    const seen = await storm(
      `
duration: 60s
target: { url: ws://127.0.0.1:${server.port}/, protocol: hocuspocus }
tokens: { lifetime: 10m, carrier: message }
clients: { arrive: { over: 1s }, commands: { rate: 1/s } }
`,
      (total) => total('sent') >= 50,
    );
    const counts = await server.until(({ commandsRefused }) => commandsRefused >= seen.commands);
    expect(counts).toMatchObject({ commands: 0, commandsRefused: seen.commands });
    expect(seen).toMatchObject({ ready: 50, acknowledged: 0 });
  });
});
