import { describe, expect, test } from 'vitest';
import type { GraphqlOptions } from './graphql-server.ts';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, storm } from './storm.ts';

const PROTOCOLS = [
  ['graphql-transport-ws', 'graphql-transport-ws', 4403],
  ['subscriptions-transport-ws', 'graphql-ws', 4401],
] as const satisfies readonly (readonly [string, GraphqlOptions['subprotocol'], number])[];

describe.each(PROTOCOLS)('clients of %s', (protocol, subprotocol, expired) => {
  test('come back from a drop and from an expiry, and both sides count the same', async () => {
    const server = await startServer('graphql', {
      ...(await mintedAccess()),
      subprotocol,
      atExpiry: 'close',
      authenticationMs: 300,
    });
    const seen = await storm(
      `
duration: 60s
target: { url: ws://127.0.0.1:${server.port}/, protocol: ${protocol} }
tokens: { lifetime: 4s, issued: together, carrier: message, refresh: { lead: 1s } }
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
    expect(counts).toMatchObject({ connections: 150, refused: 0 });
    expect(seen.shortestHandshakeMs).toBeGreaterThanOrEqual(300);
    expect(seen.run.outcome.measurements.losses).toEqual(
      new Map([
        ['close-1012', 50],
        [`close-${expired}`, 50],
      ]),
    );
  });

  test('whose commands are refused after the expiry take another token, and their commands are accepted again', async () => {
    const server = await startServer('graphql', {
      ...(await mintedAccess()),
      subprotocol,
      atExpiry: 'refuse-commands',
      keepAliveMs: 500,
    });
    const seen = await storm(
      `
duration: 60s
target: { url: ws://127.0.0.1:${server.port}/, protocol: { ${protocol}: { subscribe: { query: 'subscription { news }', ready: result } } } }
tokens: { lifetime: 3s, issued: together, carrier: message, refresh: { lead: 1s } }
clients: { clockSkew: -60s, arrive: { over: 1s }, commands: { rate: 2/s } }
`,
      (total) => total('refreshed') >= 50 && total('ready') >= 100 && total('stateReady') === 50,
    );
    const counts = await server.counts();
    expect(counts).toMatchObject({ connections: seen.attempts, authenticated: seen.ready, refused: 0, expiries: 0 });
    // What was refused, and unanswered when its client left, is sent once more.
    expect(counts.commands + counts.commandsRefused).toBe(seen.commands + seen.resent);
    expect(counts.pingTimeouts).toBe(0);
    const forbidden = seen.run.outcome.measurements.timings.command.failures.get('forbidden') ?? 0;
    expect(forbidden).toBeGreaterThanOrEqual(50);
    expect(forbidden).toBeLessThanOrEqual(counts.commandsRefused);
    expect(seen.run.outcome.measurements.losses).toEqual(new Map([['renewal', 50]]));
    expect(seen.run.outcome.seen).toEqual([]);
  });
});
