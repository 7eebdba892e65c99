import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { bearerOf } from '../../embedded/bearer.ts';
import { failuresOf, liveRun, smallScenario } from '../../testing/live-run.ts';

const CLIENTS = 20;

/** A gateway that lets in only upgrade requests with these headers, and counts what it decides. */
async function strictGateway(wanted: Readonly<Record<string, string>>) {
  const requests: IncomingMessage[] = [];
  const counts = { accepted: 0, refused: 0 };
  const http = createServer();
  const ws = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('chat.v2') ? 'chat.v2' : false),
  });
  http.on('upgrade', (request, socket, head) => {
    requests.push(request);
    const lets = Object.entries(wanted).every(([name, value]) => request.headers[name] === value);
    counts[lets ? 'accepted' : 'refused'] += 1;
    if (lets) ws.handleUpgrade(request, socket, head, (peer) => peer.on('error', () => {}));
    else socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 12\r\n\r\nwrong Origin');
  });
  http.listen(0, '127.0.0.1');
  onTestFinished(() => {
    for (const peer of ws.clients) peer.terminate();
    http.close();
  });
  await once(http, 'listening');
  const address = http.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, requests, counts };
}

const ORIGIN = { origin: 'https://app.example.com', 'x-tenant': 'acme', 'x-api-key': 's3cret-of-the-environment' };

test('a gateway that checks Origin, tenant and API key lets every client in, and knows each by its path', async () => {
  vi.stubEnv('SQUALL_TEST_API_KEY', ORIGIN['x-api-key']);
  onTestFinished(() => void vi.unstubAllEnvs());
  const gateway = await strictGateway(ORIGIN);
  const run = await liveRun(
    smallScenario(
      'duration=60s',
      `clients.count=${CLIENTS}`,
      `target.url=ws://127.0.0.1:${gateway.port}/rt/{client}?tenant={env.SQUALL_TEST_API_KEY}`,
      'target.headers={ Origin: "https://app.example.com", X-Tenant: acme, X-Api-Key: "{env.SQUALL_TEST_API_KEY}", X-Client: "n{client}" }',
      'target.subprotocols=[chat.v2]',
    ),
    { until: ({ measurements }) => measurements.curves.total('ready') === CLIENTS },
  );
  expect(gateway.counts).toEqual({ accepted: CLIENTS, refused: 0 });
  expect(run.outcome.measurements.curves.total('attempts')).toBe(CLIENTS);
  const paths = gateway.requests.map(({ url }) => url);
  expect(new Set(paths)).toEqual(
    new Set(Array.from({ length: CLIENTS }, (_, n) => `/rt/${n}?tenant=${ORIGIN['x-api-key']}`)),
  );
  for (const request of gateway.requests) {
    const n = request.url?.split(/[/?]/)[2];
    expect(request.headers).toMatchObject({ 'x-client': `n${n}`, 'sec-websocket-protocol': 'chat.v2' });
    expect(request.headers['user-agent']).toMatch(/^squall\/\d/);
    expect(bearerOf(request, { kind: 'header' })).toMatch(/^eyJ/);
  }
});

test('a gateway that misses its header refuses every attempt, which is counted as its status', async () => {
  const gateway = await strictGateway(ORIGIN);
  const run = await liveRun(
    smallScenario(
      'duration=2s',
      `target.url=ws://127.0.0.1:${gateway.port}/`,
      'target.headers={ Origin: "https://x" }',
    ),
  );
  expect(gateway.counts).toEqual({ accepted: 0, refused: run.outcome.measurements.curves.total('attemptsFailed') });
  expect(failuresOf(run, 'handshake')).toEqual({ 'http-403': gateway.counts.refused });
  expect(run.outcome.seen).toContainEqual(expect.objectContaining({ text: 'wrong Origin' }));
});

test.each([
  ['takes it', true, 'permessage-deflate'],
  ['does not take it', false, ''],
])('offers compression on request, to a gateway that %s', async (_, perMessageDeflate, extensions) => {
  const gateway = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate });
  onTestFinished(() => {
    for (const peer of gateway.clients) peer.terminate();
    gateway.close();
  });
  const agreed: string[] = [];
  const received: string[] = [];
  gateway.on('connection', (peer, request) => {
    expect(request.headers['sec-websocket-extensions']).toMatch(/^permessage-deflate/);
    agreed.push(peer.extensions);
    peer.on('message', (data: Buffer) => {
      received.push(data.toString());
      peer.send(data.toString().replace('ask', 'done'));
    });
  });
  await once(gateway, 'listening');
  const address = gateway.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const run = await liveRun(
    smallScenario(
      'duration=60s',
      `clients.count=${CLIENTS}`,
      `target.url=ws://127.0.0.1:${port}/`,
      'target.deflate=true',
      `target.protocol={ json: { command: '{ "type": "ask", "id": "{id}" }', ack: { type: done }, ackId: id } }`,
      'clients.commands={ rate: 5/s, ackTimeout: 5s }',
    ),
    { until: ({ measurements }) => measurements.curves.total('acknowledged') >= 2 * CLIENTS },
  );
  expect(agreed).toEqual(Array.from({ length: CLIENTS }, () => extensions));
  expect(run.outcome.measurements.curves.total('attempts')).toBe(CLIENTS);
  expect(new Set(received).size).toBe(received.length);
  expect(received.length).toBe(run.outcome.measurements.curves.total('sent'));
});
