import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { importSigningKey, shippedTestJwk } from '../jwt/keys.ts';
import { mintAccessToken } from '../jwt/mint.ts';
import { wall } from '../core/time/instant.ts';
import { squall } from './squall.ts';

const CLIENTS = 5;

/** Every secret that the servers of this test received or issued. */
const seen = new Set<string>();
const folder = mkdtempSync(join(tmpdir(), 'squall-secrets-'));
let gateway: Server;
let tokenService: Server;
let jwk: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  jwk = await shippedTestJwk('ES256');
  writeFileSync(join(folder, 'key.json'), JSON.stringify(jwk));
  const firstRefreshTokens = Array.from({ length: CLIENTS }, (_, n) => `refresh-secret-${n}-${'x'.repeat(20)}`);
  writeFileSync(join(folder, 'users.csv'), `refresh\n${firstRefreshTokens.join('\n')}\n`);
  for (const token of firstRefreshTokens) seen.add(token);
  gateway = await listening(gatewayThatRefusesSometimes());
  tokenService = await listening(
    createServer((request, response) => void answerToken(request).then((body) => response.end(body))),
  );
});
afterAll(() => {
  for (const server of [gateway, tokenService]) server.closeAllConnections();
  for (const server of [gateway, tokenService]) server.close();
  rmSync(folder, { recursive: true });
});

describe('a run', () => {
  it('writes and prints no token, key or refresh token that it used', async () => {
    const scenario = join(folder, 'scenario.yaml');
    writeFileSync(scenario, scenarioText());
    const results = join(folder, 'results');
    const { stdout, stderr } = await squall(['run', scenario, '--results', results], { SQUALL_DEBUG: '1' });
    const report = await squall(['report', join(results, readdirSync(results)[0]!), '--json']);
    // The run used secrets in queries, where they leak most easily, and in refreshes.
    expect([...seen].filter((secret) => secret.startsWith('eyJ')).length).toBeGreaterThan(CLIENTS);
    const written = readdirSync(results, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    const everything = [stdout, stderr, report.stdout, report.stderr, ...written].join('\n');
    expect(everything).toContain('handshake');
    expect([...seen, String(jwk['d'])].filter((secret) => everything.includes(secret))).toEqual([]);
    expect(everything).not.toMatch(/eyJ[\w-]{10,}/);
    // The run's record is enough to find each token again, also those of a foreign token service.
    const log = join(folder, 'server.log');
    const held = [...seen].filter((secret) => secret.startsWith('eyJ'));
    writeFileSync(log, held.map((token) => `handshake ${encodeURIComponent(token)}`).join('\n'));
    const leaks = await squall(['leaks', log, '--run', join(results, readdirSync(results)[0]!), '--json']);
    expect(leaks.code).toBe(1);
    const { findings } = JSON.parse(leaks.stdout) as { findings: { owner: object | null; line: number }[] };
    expect(findings.map(({ line }) => line)).toEqual(held.map((_, n) => n + 1));
    const unknown = findings.filter(({ owner }) => owner === null);
    // The token service may have answered after the end of the run.
    expect(unknown.length).toBeLessThanOrEqual(CLIENTS);
    expect(leaks.stdout).not.toMatch(/eyJ/);
  });
});

function scenarioText(): string {
  return `
duration: 4s
target:
  url: ws://127.0.0.1:${portOf(gateway)}/realtime
tokens:
  lifetime: 3s
  carrier: { query: access_token }
  keyFile: ${join(folder, 'key.json')}
  source: { mint: {}, file: { refresh: '{user.refresh}' }, oauth2: { url: "http://127.0.0.1:${portOf(tokenService)}/token" } }
  refresh: { lead: 1500ms }
users: { file: ${join(folder, 'users.csv')} }
clients: { count: ${CLIENTS}, arrive: { over: 500ms } }
`;
}

/** A gateway that quotes the token in each close reason and in its refusal of every third handshake. */
function gatewayThatRefusesSometimes(): Server {
  const server = createServer();
  const sockets = new WebSocketServer({ noServer: true });
  let handshakes = 0;
  server.on('upgrade', (request, socket, head) => {
    const token = new URL(request.url ?? '', 'http://x').searchParams.get('access_token') ?? '';
    seen.add(token);
    handshakes += 1;
    if (handshakes % 3 === 0) {
      socket.end(`HTTP/1.1 401 ${token}\r\nX-Echo: ${token}\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      setTimeout(() => client.close(4000, token.slice(0, 100)), 1000);
    });
  });
  return server;
}

async function answerToken(request: IncomingMessage): Promise<string> {
  const refreshToken = new URLSearchParams(await text(request)).get('refresh_token') ?? '';
  seen.add(refreshToken);
  const key = await importSigningKey(jwk, 'ES256');
  const now = Date.now();
  const access = await mintAccessToken(key, {
    client: 0,
    session: 's',
    issuer: 'i',
    audience: 'a',
    issuedAt: wall(now),
    expiresAt: wall(now + 3000),
  });
  const next = `${refreshToken}.`;
  seen.add(access).add(next);
  return JSON.stringify({ access_token: access, refresh_token: next, expires_in: 3 });
}

async function listening(server: Server): Promise<Server> {
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
