import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { summariseRun } from '../../results/summarise-run.ts';
import type { Summary } from '../../results/summary.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { failuresOf, liveRun, smallScenario, type LiveRun } from '../../testing/live-run.ts';
import { closing, FRAME, handshake, rawServer, serverFrame } from '../network/raw-server.test.helper.ts';
import { SELF_SIGNED } from '../network/self-signed.test.helper.ts';

const SHORT = ['duration=2s', 'clients.count=10', 'clients.arrive.over=50ms'];
const FRAMES = `protocol: { json: { authenticate: '{"token":"{token}"}', authenticated: { ok: true } } }`;

interface Ended extends LiveRun {
  readonly scenario: Scenario;
  readonly summary: Summary;
}

async function run(target: string, ...sets: readonly string[]): Promise<Ended> {
  const scenario = smallScenario(...SHORT, `target=${target}`, ...sets);
  const ran = await liveRun(scenario);
  const startedAt = new Date(0);
  const { summary } = summariseRun({ scenario, world: 'live', startedAt, outcome: ran.outcome, warnings: [] });
  return { ...ran, scenario, summary };
}

async function at(answer: (socket: Socket, key: string) => void, ...sets: readonly string[]): Promise<Ended> {
  const { endpoint } = await rawServer(answer);
  return run(`{ url: "ws://127.0.0.1:${endpoint.port}/" }`, ...sets);
}

function forbid(socket: Socket): void {
  socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
}

describe('a target that lets nobody in', () => {
  test('by HTTP 403 is quoted, is tried again, and logs nobody out', async () => {
    const body = '{"error":"no such tenant \\u001b[31m"}\u001B[2J\u202E';
    const { summary, outcome } = await at((socket) =>
      socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`),
    );
    expect(summary.reasons[0]).toMatch(
      /^no client ever became ready at ws:\/\/127\.0\.0\.1:\d+\/: what was seen: HTTP 403 "\{"error":"no such tenant \\u001b\[31m"\}\[2J" \(\d+ times\)$/,
    );
    expect(summary.clients.stoppedBy).toEqual({ 'gave-up': 0, 'advised-to-stop': 0, 'logged-out': 0 });
    expect(outcome.measurements.curves.total('attempts')).toBeGreaterThan(10);
  });

  test('by HTTP 403 with words that only read like advice logs nobody out', async () => {
    const body = '{"error":"login_required","message":"stop, and log in again"}';
    const { summary } = await at((socket) =>
      socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    );
    expect(summary.clients.stoppedBy).toEqual({ 'gave-up': 0, 'advised-to-stop': 0, 'logged-out': 0 });
  });

  test('by HTTP 403 stops clients for good where the scenario says so', async () => {
    const { summary } = await at(forbid, 'clients.closeCodes={ 403: stop }');
    expect(summary.clients.stoppedBy).toEqual({ 'gave-up': 0, 'advised-to-stop': 10, 'logged-out': 0 });
    expect(summary.reasons[0]).toMatch(/: what was seen: HTTP 403 \(10 times\)$/);
  });

  test('by a close after frames that mean nothing is quoted without the token that it echoes', async () => {
    const { endpoint } = await rawServer((socket, key) => {
      socket.write(handshake(key));
      socket.once('data', (bytes: Buffer) => {
        const token = /eyJ[\w.-]+/.exec(unmasked(bytes))?.[0] ?? 'none';
        socket.write(serverFrame(FRAME.text, `{"error":"bad","token":"${token}"}`));
        socket.write(serverFrame(FRAME.close, closing(4001, 'who are you\u001B[0m')));
      });
    });
    const url = `{ url: "ws://127.0.0.1:${endpoint.port}/", ${FRAMES} }`;
    const { summary } = await run(url, 'tokens.carrier=message');
    expect(summary.reasons[0]).toMatch(/close 4001 "who are you\[0m" \(\d+ times\)/);
    expect(summary.reasons[0]).toMatch(/unexpected frame "\{"error":"bad","token":"\[removed\]"\}" \(\d+ times\)/);
    expect(JSON.stringify(summary)).not.toContain('eyJ');
  });

  test('because its certificate is self-signed says so', async () => {
    const https = createHttps(SELF_SIGNED).listen(0, '127.0.0.1');
    onTestFinished(() => void https.close());
    await once(https, 'listening');
    const { port } = https.address() as { port: number };
    const { summary } = await run(`{ url: "wss://127.0.0.1:${port}/" }`);
    expect(summary.reasons[0]).toContain('TLS: the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)');
  });

  test('because it never answers did not answer', async () => {
    const { summary } = await at((socket) => socket.end());
    expect(summary.seen).toEqual([]);
    expect(summary.reasons[0]).toMatch(
      /^no client ever became ready at ws:\/\/127\.0\.0\.1:\d+\/: it did not answer: connection ended without an answer \(\d+ times\)$/,
    );
  });
});

test.each([
  ['socket.io', '40{"sid":"a"}'],
  ['socket.io', '434000000000[]'],
  ['centrifugo', '{"id":3,"refresh":{}}'],
])('no client of %s is ready by %s of a server that has not accepted its token', async (protocol, frame) => {
  const { endpoint } = await rawServer((socket, key) => {
    socket.write(handshake(key));
    socket.write(serverFrame(FRAME.text, frame));
  });
  const url = `{ url: "ws://127.0.0.1:${endpoint.port}/", protocol: ${protocol} }`;
  const { outcome } = await run(url, 'tokens.carrier=message');
  expect(outcome.measurements.curves.total('ready')).toBe(0);
  expect(outcome.measurements.counts.clientsStarted).toBe(10);
});

test('clients are let in by a 101 after interim answers, and the report says what that shows', async () => {
  const { summary } = await at((socket, key) => {
    socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n');
    setImmediate(() => socket.write(Buffer.concat([Buffer.from('HTTP/1.1 100 Continue\r\n\r\n'), handshake(key)])));
  });
  expect(summary).toMatchObject({ verdict: 'pass', attempts: { total: 10, failed: 0 } });
  expect(summary.notes).toEqual([
    'ready means: the WebSocket upgrade was answered with HTTP 101; nothing showed that a token was accepted',
    'tokens: minted by squall, 0 renewals; no token endpoint was used',
  ]);
});

describe('a token endpoint', () => {
  test('that refuses refresh tokens of the file when they are first used makes the run inconclusive, and is quoted', async () => {
    const { summary } = await withEndpoint(400, '{"error":"invalid_grant","error_description":"Token is not active"}');
    expect(summary.verdict).toBe('inconclusive');
    expect(summary.reasons[0]).toMatch(
      /^the token endpoint refused 10 of 10 refresh tokens of tokens\.source\.file\.refresh at their first use \("invalid_grant: Token is not active \(HTTP 400\)"\)/,
    );
    expect(summary.integrity).toMatchObject([{ kind: 'tokens-used' }]);
    expect(summary.refreshes).toEqual({ by: 'endpoint', total: 10, failed: { grant: 10 } });
  });

  test('that answers 200 without a token fails by a class of its own', async () => {
    const ran = await withEndpoint(200, '{"accessToken":"s3cret-s3cret"}');
    const { summary } = ran;
    const total = ran.outcome.measurements.timings.refresh.failed;
    expect(total).toBeGreaterThanOrEqual(10);
    expect(summary.refreshes.failed).toEqual({ malformed: total });
    expect(failuresOf(ran, 'refresh')).toEqual({ malformed: total });
    expect(summary.seen).toContainEqual({
      kind: 'token',
      what: 'malformed',
      text: 'HTTP 200 without access_token; it has accessToken',
      count: total,
    });
    expect(JSON.stringify(summary)).not.toContain('s3cret');
  });
});

/** Against a gateway that lets everybody in and a token endpoint that always answers the same. */
async function withEndpoint(status: number, body: string): Promise<Ended> {
  const gateway = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  const service = createHttp((_request, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
  const folder = mkdtempSync(join(tmpdir(), 'squall-refresh-'));
  onTestFinished(() => {
    gateway.close();
    service.close();
    rmSync(folder, { recursive: true });
  });
  await Promise.all([once(gateway, 'listening'), once(service, 'listening')]);
  const [gatewayPort, servicePort] = [gateway, service].map((server) => (server.address() as { port: number }).port);
  const file = join(folder, 'users.csv');
  writeFileSync(file, `refresh\n${Array.from({ length: 10 }, (_, n) => `used-token-${n}\n`).join('')}`);
  return run(
    `{ url: "ws://127.0.0.1:${gatewayPort}/" }`,
    `users={ file: "${file}" }`,
    `tokens={ lifetime: 3s, issued: together, source: { mint: {}, file: { refresh: "{user.refresh}" }, oauth2: { url: "http://127.0.0.1:${servicePort}/token" } }, refresh: { lead: 2500ms, retry: { growth: fixed, base: 500ms, jitter: none } } }`,
  );
}

/** The payload of one masked frame of less than 64 KiB, as text. */
function unmasked(frame: Buffer): string {
  const length = frame.readUInt8(1) & 0x7f;
  const maskAt = length === 126 ? 4 : 2;
  const mask = frame.subarray(maskAt, maskAt + 4);
  return Buffer.from(frame.subarray(maskAt + 4).map((byte, n) => byte ^ mask[n % 4]!)).toString();
}
