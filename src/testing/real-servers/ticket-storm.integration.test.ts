import { expect, test } from 'vitest';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, storm } from './storm.ts';

test('a gateway that lets in by ticket sees one ticket a dial, none of them twice, through a drop and expiries', async () => {
  const server = await startServer('gateway', { ...(await mintedAccess()), carrier: 'ticket', authenticationMs: 100 });
  const seen = await storm(
    `
duration: 60s
target:
  url: ws://127.0.0.1:${server.port}/
  protocol: { json: { command: '{"op":"do","id":{seq}}', ack: { op: ok }, ackId: id } }
tokens:
  lifetime: 5s
  issued: together
  carrier: { query: ticket }
  source:
    mint: {}
    endpoint:
      ticket:
        url: http://127.0.0.1:${server.port}/ws-ticket
        headers: { Authorization: 'Bearer {token}' }
        answer: { ticket: data.ticket }
  refresh: { lead: 1s }
clients: { clockSkew: -10s, arrive: { over: 1s }, backoff: { base: 100ms, cap: 500ms }, commands: { rate: 1/s } }
faults: [{ at: 2500ms, drop: { code: 1012 } }]
`,
    (total) => total('lostExpired') >= 50 && total('stateReady') === 50,
  );
  const counts = await server.counts();
  expect(seen).toMatchObject(countedAlike(counts));
  expect(seen).toMatchObject({ expired: 50, recovered: 100 });
  expect(counts).toMatchObject({ connections: seen.ready, ticketsUsed: seen.ready, ticketsUsedAgain: 0, refused: 0 });
  expect(counts.ticketsIssued).toBe(counts.ticketsUsed);
  expect(seen.shortestHandshakeMs).toBeGreaterThanOrEqual(100);
});
