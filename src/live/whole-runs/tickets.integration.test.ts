import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { summariseRun } from '../../results/summarise-run.ts';
import { failuresOf, liveRun, smallScenario } from '../../testing/live-run.ts';
import { mintedAccess, startServer } from '../../testing/real-servers/start-server.ts';

const CLIENTS = 50;

/** Clients that ask for a ticket before each dial, and renew tokens too late for the gateway. */
function scenario(gateway: number, tickets: number, ...sets: readonly string[]) {
  const ticket = `{ url: "http://127.0.0.1:${tickets}/ws-ticket", headers: { Authorization: "Bearer {token}" }, answer: { ticket: data.ticket } }`;
  return smallScenario(
    `target={ url: "ws://127.0.0.1:${gateway}/" }`,
    `clients.count=${CLIENTS}`,
    'clients.arrive.over=200ms',
    'clients.backoff={ growth: fixed, base: 100ms, jitter: none }',
    'duration=60s',
    `tokens={ lifetime: 60s, carrier: { query: ticket }, source: { mint: {}, endpoint: { ticket: ${ticket} } } }`,
    ...sets,
  );
}

test('a gateway of tickets gets each of them once, in every attempt, also after a drop and expiries', async () => {
  const server = await startServer('gateway', { ...(await mintedAccess()), carrier: 'ticket' });
  const run = await liveRun(
    scenario(
      server.port,
      server.port,
      'tokens.lifetime=3s',
      'tokens.issued=together',
      'tokens.refresh.lead=500ms',
      'clients.clockSkew=-10s',
      'faults=[{ at: 1s, drop: reset }]',
    ),
    {
      until: ({ measurements: { curves } }) =>
        curves.total('lostExpired') >= CLIENTS && curves.total('stateReady') === CLIENTS,
    },
  );
  const counts = await server.counts();
  const { curves, timings } = run.outcome.measurements;
  expect(counts).toMatchObject({
    authenticated: curves.total('ready'),
    ticketsUsed: curves.total('ready'),
    ticketsUsedAgain: 0,
    ticketsIssued: timings.dialRequest.count,
  });
  expect(curves.total('dialRequests')).toBe(counts.ticketsIssued + counts.ticketsRefused);
  expect(curves.total('refreshed')).toBeGreaterThanOrEqual(CLIENTS);
});

test('a ticket is not sent again after an upgrade that failed', async () => {
  const sent: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    response.end(`{"data":{"ticket":"t${issued++}"}}`);
  }).listen(0, '127.0.0.1');
  let issued = 0;
  server.on('upgrade', (request, socket) => {
    sent.push(request.url ?? '');
    socket.on('error', () => {});
    socket.end('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n');
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await liveRun(scenario(port, port), { until: () => sent.length > 3 * CLIENTS });
  expect(new Set(sent).size).toBe(sent.length);
  expect(sent.every((url) => /^\/\?ticket=t\d+$/.test(url))).toBe(true);
});

test('a token that the service of tickets refuses with 401 is renewed, as after an upgrade that was refused', async () => {
  const first = new Map<string, string>();
  const service = createServer((request, response) => {
    request.resume();
    const token = request.headers.authorization ?? '';
    const { sub = '' } = decodeJwt(token.slice('Bearer '.length));
    if (!first.has(sub)) first.set(sub, token);
    if (first.get(sub) === token) response.writeHead(401).end('{"error":"invalid_token"}');
    else response.end('{"data":{"ticket":"t"}}');
  }).listen(0, '127.0.0.1');
  const gateway = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => {
    service.closeAllConnections();
    service.close();
    gateway.close();
  });
  await Promise.all([once(service, 'listening'), once(gateway, 'listening')]);
  const [gatewayPort, servicePort] = [gateway, service].map((server) => (server.address() as AddressInfo).port);
  const run = await liveRun(scenario(gatewayPort!, servicePort!, 'tokens.issued=together'), {
    until: ({ measurements: { curves } }) => curves.total('ready') === CLIENTS,
  });
  expect(failuresOf(run, 'handshake')).toEqual({ 'http-401': CLIENTS });
  expect(run.outcome.measurements.curves.total('refreshed')).toBe(CLIENTS);
  expect(run.outcome.seen).toMatchObject([
    { kind: 'ticket', what: 'HTTP 401', text: 'invalid_token (HTTP 401)', count: CLIENTS },
  ]);
});

test('a service that never answers is what the report names, and not the gateway', async () => {
  const stalled = createServer((request) => request.resume()).listen(0, '127.0.0.1');
  const gateway = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => {
    stalled.closeAllConnections();
    stalled.close();
    gateway.close();
  });
  await Promise.all([once(stalled, 'listening'), once(gateway, 'listening')]);
  const [gatewayPort, stalledPort] = [gateway, stalled].map((server) => (server.address() as AddressInfo).port);
  const plan = scenario(gatewayPort!, stalledPort!, 'clients.connectTimeout=400ms', 'duration=2s');
  const { outcome } = await liveRun(plan);
  const startedAt = new Date(0);
  const { summary } = summariseRun({ scenario: plan, world: 'live', startedAt, outcome, warnings: [] });
  expect(summary.notes.filter((note) => note.startsWith('likely cause: '))).toEqual([
    `likely cause: the ticket service http://127.0.0.1:${stalledPort}/ws-ticket does not answer: look why it stalls, or correct host and port — tokens.source: { endpoint: { ticket: { url: http://127.0.0.1:${stalledPort}/ws-ticket } } }`,
  ]);
  expect(summary.reasons[0]).toMatch(/: what was seen: ticket service: timeout \(\d+ times\)$/);
});

test('a service that refuses, answers nonsense, or hangs ends the attempt within its time, and nobody dials', async () => {
  const answers = [{ status: 429, body: '{"error":"slow_down"}' }, { status: 200, body: '{"data":{}}' }, null];
  let asked = 0;
  const service = createServer((request, response) => {
    const answer = answers[asked++ % answers.length]!;
    request.resume();
    if (answer !== null) response.writeHead(answer.status).end(answer.body);
  }).listen(0, '127.0.0.1');
  const gateway = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  let dials = 0;
  gateway.on('connection', () => (dials += 1));
  onTestFinished(() => {
    service.closeAllConnections();
    service.close();
    gateway.close();
  });
  await Promise.all([once(service, 'listening'), once(gateway, 'listening')]);
  const [gatewayPort, servicePort] = [gateway, service].map((server) => (server.address() as AddressInfo).port);
  const run = await liveRun(scenario(gatewayPort!, servicePort!, 'clients.connectTimeout=400ms', 'duration=3s'));
  const failed = failuresOf(run, 'handshake');
  expect(dials).toBe(0);
  expect(failed['http-429']).toBeGreaterThan(0);
  expect(failed['malformed']).toBeGreaterThan(0);
  expect(failed['timeout']).toBeGreaterThan(0);
  expect(failuresOf(run, 'dialRequest')['abandoned']).toBeGreaterThanOrEqual(failed['timeout']!);
  expect(run.outcome.seen).toContainEqual(
    expect.objectContaining({ kind: 'ticket', text: 'HTTP 200 without data.ticket; data has no fields' }),
  );
});
