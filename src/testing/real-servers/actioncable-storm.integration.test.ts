import { describe, expect, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, dropAndExpiry, storm } from './storm.ts';

const ROOM = `identifier: '{"channel":"Room","user":"{client}"}', data: '{"action":"do","id":"{id}"}', ack: { type: done }`;

const target = (port: number): string =>
  `{ url: ws://127.0.0.1:${port}/cable, protocol: { actioncable: { ${ROOM} } } }`;

describe('clients of Action Cable', () => {
  test('subscribe when they are welcomed, and refresh when they are disconnected for token_expired [actioncable: connect, authenticated, joined, command and ack, expiry seen as such, advice]', async () => {
    const server = await startServer('actioncable', { ...(await mintedAccess()), carrier: 'cookie', channel: 'Room' });
    const seen = await dropAndExpiry(target(server.port), 'tokens.carrier={ cookie: session }');
    const counts = await server.counts();
    expect(seen).toMatchObject({ ...countedAlike(counts), ready: 150, expired: 50, recovered: 100, failedAttempts: 0 });
    expect(counts).toMatchObject({ connections: 150, joins: 150, refused: 0, joinsRefused: 0, strangeMessages: 0 });
  });

  test('live by the pings of the server alone, whose silence for 6 s would end them [actioncable: server ping]', async () => {
    const server = await startServer('actioncable', { ...(await mintedAccess()), carrier: 'query', channel: 'Room' });
    const seen = await storm(
      `
duration: 60s
target: ${target(server.port)}
tokens: { lifetime: 10s, issued: together, carrier: { query: jid }, refresh: { lead: 1s } }
clients: { clockSkew: -20s, arrive: { over: 1s }, backoff: { base: 100ms, cap: 500ms } }
faults: [{ at: 1500ms, drop: { code: 1012 } }]
`,
      (total) => total('lostExpired') >= 50 && total('stateReady') === 50,
    );
    expect(seen).toMatchObject({ ...countedAlike(await server.counts()), ready: 150, expired: 50, commands: 0 });
    expect(seen.run.outcome.measurements.counts.silent).toBe(0);
  });

  test('stop when their channel rejects the subscription', async () => {
    const server = await startServer('actioncable', { ...(await mintedAccess()), carrier: 'query', channel: 'Other' });
    const seen = await storm(
      `
duration: 60s
target: ${target(server.port)}
tokens: { lifetime: 10m, carrier: { query: jid } }
clients: { arrive: { over: 1s } }
`,
      (total) => total('stateStopped') === 50,
    );
    expect(seen).toMatchObject({ ready: 0, attempts: 50 });
    expect(await server.counts()).toMatchObject({ connections: 50, authenticated: 50, joins: 0, joinsRefused: 50 });
  });
});
