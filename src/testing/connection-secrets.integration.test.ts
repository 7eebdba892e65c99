import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { squall } from './squall.ts';

const CLIENTS = 5;

it('a run and a probe write and print no connection token, however short, that a server quotes back', async () => {
  const tokens = new Set<string>();
  const server = hub(tokens).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'squall-connection-secrets-'));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    rmSync(folder, { recursive: true });
  });
  const scenario = join(folder, 'scenario.yaml');
  writeFileSync(
    scenario,
    `
duration: 5s
target: { url: ws://127.0.0.1:${(server.address() as AddressInfo).port}/chat, protocol: signalr }
tokens: { carrier: header }
clients: { count: ${CLIENTS}, arrive: { over: 500ms }, backoff: { growth: fixed, base: 200ms, jitter: none } }
`,
  );
  const results = join(folder, 'results');
  const run = await squall(['run', scenario, '--results', results], { SQUALL_DEBUG: '1' });
  const report = await squall(['report', join(results, readdirSync(results)[0]!), '--json']);
  const probe = await squall(['probe', scenario]);
  const written = readdirSync(results, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  const everything = [run, report, probe].flatMap(({ stdout, stderr }) => [stdout, stderr]).concat(written);
  expect(tokens.size).toBeGreaterThan(2 * CLIENTS);
  // What the server said is shown, without the tokens in it.
  for (const said of ['unknown [removed]', 'gone: [removed]', 'before [removed]', 'bye [removed]'])
    expect(everything.some((text) => text.includes(said))).toBe(true);
  expect([...tokens].filter((token) => everything.some((text) => text.includes(token)))).toEqual([]);
});

/** A SignalR hub with short connection tokens, which it quotes in refusals, messages and close reasons. */
function hub(tokens: Set<string>): Server {
  const sockets = new WebSocketServer({ noServer: true });
  /** last connection token by access token */
  const last = new Map<string, string>();
  let negotiations = 0;
  let upgrades = 0;
  const server = createServer((request, response) => {
    request.resume();
    negotiations += 1;
    const access = request.headers.authorization ?? '';
    const before = last.get(access);
    if (before !== undefined && negotiations % 3 === 0) return response.writeHead(503).end(`before ${before}`);
    const connectionToken = randomBytes(5).toString('hex');
    tokens.add(connectionToken);
    last.set(access, connectionToken);
    const availableTransports = [{ transport: 'WebSockets', transferFormats: ['Text'] }];
    return response.end(
      JSON.stringify({ negotiateVersion: 1, connectionId: 'c', connectionToken, availableTransports }),
    );
  });
  server.on('upgrade', (request, socket, head) => {
    const token = new URL(request.url ?? '', 'http://x').searchParams.get('id') ?? '';
    upgrades += 1;
    const text = `unknown ${token}`;
    if (upgrades % 4 === 0)
      return void socket.end(`HTTP/1.1 404 Not Found\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    return sockets.handleUpgrade(request, socket, head, (client) => serve(client, token, upgrades % 2 === 0));
  });
  return server;
}

function serve(socket: WebSocket, token: string, closes: boolean): void {
  socket.on('error', () => {});
  socket.once('message', () => {
    socket.send(`{}\u001egone: ${token}\u001e`);
    setTimeout(() => {
      if (closes) return socket.close(4000, `bye ${token}`);
      socket.send(`{"type":7,"error":"bye ${token}","allowReconnect":true}\u001e`);
    }, 300);
  });
}
