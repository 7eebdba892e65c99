import { describe, expect, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, dropAndExpiry, storm } from './storm.ts';

const APP = { key: 'app-key', secret: 'app-secret' };
const ROOM = 'channel: private-room, event: client-do, ack: { event: done }';
const target = (port: number): string =>
  `{ url: ws://127.0.0.1:${port}/app/app-key, protocol: { pusher: { ${ROOM} } } }`;

describe('clients of Pusher', () => {
  test('have each channel authorised for each socket, and follow its close codes [pusher: connect, authenticated, joined, command and ack, server ping]', async () => {
    const server = await startServer('pusher', { ...(await mintedAccess()), ...APP, expiryCode: 4200, pingMs: 1000 });
    const seen = await dropAndExpiry(target(server.port), 'clients.closeCodes={ 4200: refresh }');
    const counts = await server.counts();
    const { curves, timings } = seen.run.outcome.measurements;
    expect(seen).toMatchObject({ ...countedAlike(counts), ready: 150, expired: 50, failedAttempts: 0 });
    expect(counts).toMatchObject({ connections: 150, channelsAuthorised: 150, refused: 0, joinsRefused: 0 });
    expect(counts).toMatchObject({ pingTimeouts: 0, strangeMessages: 0 });
    expect(curves.total('joinRequests')).toBe(counts.channelsAuthorised);
    expect(timings.joinRequest).toMatchObject({ tried: 150 });
  });

  test('get another token where the application refuses theirs, over the same socket, and ping [pusher: advice, client ping]', async () => {
    const server = await startServer('pusher', { ...(await mintedAccess()), ...APP });
    const seen = await storm(
      `
duration: 60s
target: ${target(server.port)}
tokens: { lifetime: 3s, issued: together, carrier: message, refresh: { lead: 1s } }
clients:
  clockSkew: -60s
  arrive: { over: 1s }
  backoff: { growth: fixed, base: 2s, jitter: none }
  heartbeat: { every: 300ms, timeout: 5s }
faults: [{ at: 2s, drop: { code: 1012 } }]
`,
      (total) => total('recovered') >= 50 && total('stateReady') === 50,
    );
    const counts = await server.counts();
    const { curves } = seen.run.outcome.measurements;
    expect(counts).toMatchObject({ connections: 100, refused: 50, channelsAuthorised: 100, authenticated: 100 });
    expect(curves.total('joinRequests')).toBe(counts.refused + counts.channelsAuthorised);
    expect(seen).toMatchObject({ ready: 100, refreshed: 50, failedAttempts: 0 });
    expect(counts.clientPings).toBeGreaterThanOrEqual(50);
  });

  test('ping as often as the server asks in its first message', async () => {
    const server = await startServer('pusher', { ...(await mintedAccess()), ...APP, activityTimeoutS: 1 });
    await storm(
      `
duration: 3500ms
target: ${target(server.port)}
tokens: { carrier: message }
clients: { arrive: { over: 100ms } }
`,
    );
    const { connections, clientPings } = await server.counts();
    expect(connections).toBe(50);
    expect(clientPings).toBeGreaterThanOrEqual(100);
  });
});
