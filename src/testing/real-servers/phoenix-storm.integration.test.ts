import { describe, expect, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, dropAndExpiry, storm } from './storm.ts';

const COMMAND = 'event: do, payload: \'{"id":"{id}"}\'';

describe('clients of Phoenix channels', () => {
  test('join again over the same socket, with another token, when their channels end [phoenix: connect, authenticated, joined, command and ack, expiry seen as such, advice]', async () => {
    const server = await startServer('phoenix', {
      ...(await mintedAccess()),
      carrier: 'join',
      atExpiry: 'close-channel',
    });
    const seen = await dropAndExpiry(
      `{ url: ws://127.0.0.1:${server.port}/socket/websocket, protocol: { phoenix: { params: '{"token":"{token}"}', ${COMMAND}, closed: refresh } } }`,
    );
    const counts = await server.counts();
    const { curves, timings } = seen.run.outcome.measurements;
    expect(seen).toMatchObject({ ...countedAlike(counts), ready: 100, expired: 50, failedAttempts: 0 });
    expect(curves.total('joins')).toBe(counts.authenticated);
    expect(curves.total('rejoined')).toBe(50);
    expect(timings.join.tried).toBe(150);
    expect(counts).toMatchObject({ connections: 100, authenticated: 150, joinsRefused: 0, strangeMessages: 0 });
  });

  test('connect again when their sockets are closed at expiry, with the token in the subprotocol [phoenix: client ping]', async () => {
    const server = await startServer('phoenix', {
      ...(await mintedAccess()),
      carrier: 'subprotocol',
      atExpiry: 'disconnect',
    });
    const seen = await dropAndExpiry(
      `{ url: ws://127.0.0.1:${server.port}/socket/websocket, protocol: { phoenix: { ${COMMAND} } } }`,
      'tokens.carrier={ subprotocol: { protocol: phoenix, prefix: base64url.bearer.phx., encoding: base64url } }',
      'clients.closeCodes={ 1001: refresh }',
      'clients.heartbeat={ every: 500ms, timeout: 5s }',
    );
    const counts = await server.counts();
    expect(seen).toMatchObject({ ...countedAlike(counts), ready: 150, expired: 50, failedAttempts: 0 });
    expect(counts).toMatchObject({ connections: 150, refused: 0, joinsRefused: 0, strangeMessages: 0 });
    expect(counts.clientPings).toBeGreaterThanOrEqual(50);
  });

  test('get another token when commands are refused because theirs has expired', async () => {
    const server = await startServer('phoenix', {
      ...(await mintedAccess()),
      carrier: 'query',
      atExpiry: 'refuse-commands',
    });
    const seen = await storm(
      `
duration: 60s
target:
  url: ws://127.0.0.1:${server.port}/socket/websocket
  protocol: { phoenix: { ${COMMAND}, errors: { token expired: refresh } } }
tokens: { lifetime: 3s, issued: together, carrier: { query: token }, refresh: { lead: 1s } }
clients: { clockSkew: -10s, arrive: { over: 1s }, commands: { rate: 2/s } }
`,
      (total) => total('lostRenewal') >= 50 && total('stateReady') === 50,
    );
    const counts = await server.counts();
    expect(seen).toMatchObject({ ...countedAlike(counts), ready: 100, refreshed: 50, failedAttempts: 0 });
    expect(counts.commandsRefused).toBeGreaterThanOrEqual(50);
  });
});
