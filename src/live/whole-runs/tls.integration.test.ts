import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttps, type ServerOptions } from 'node:https';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { Draws } from '../../core/random/draws.ts';
import { failuresOf, liveRun, smallScenario } from '../../testing/live-run.ts';
import { CERTIFICATES, serverTls } from '../../testing/real-servers/certificates.ts';
import { TlsSessions } from '../network/tls-sessions.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-mtls-'));
cpSync(CERTIFICATES, folder, { recursive: true });
writeFileSync(join(folder, 'users.csv'), 'device\nclient-a\nclient-b\nclient-a\nclient-a\n');
afterAll(() => rmSync(folder, { recursive: true }));

/** A server of `ws` and a token endpoint in one, with the name in each client's certificate and SNI. */
async function secureServer(options: ServerOptions) {
  const devices: string[] = [];
  const names: unknown[] = [];
  let refreshes = 0;
  const https = createHttps(options, (request, response) => {
    refreshes += 1;
    request.resume();
    response.end(JSON.stringify({ access_token: 'opaque', expires_in: 3600 }));
  });
  const ws = new WebSocketServer({ server: https });
  ws.on('connection', (_peer, { socket }) => {
    if (!(socket instanceof TLSSocket)) return;
    devices.push(socket.getPeerCertificate().subject?.CN?.toString() ?? '');
    names.push(Reflect.get(socket, 'servername'));
  });
  https.on('tlsClientError', () => {});
  https.listen(0, '127.0.0.1');
  await once(https, 'listening');
  onTestFinished(() => {
    for (const peer of ws.clients) peer.terminate();
    https.closeAllConnections();
    https.close();
  });
  const address = https.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, devices, names, refreshes: () => refreshes };
}

function readyAll(clients: number) {
  return {
    until: ({ measurements }: { measurements: { curves: { total(name: 'ready'): number } } }) =>
      measurements.curves.total('ready') === clients,
  };
}

test('a gateway of a private authority lets clients in that know the authority, also at its token endpoint', async () => {
  const server = await secureServer(serverTls('private-ca'));
  const run = await liveRun(
    smallScenario(
      'duration=60s',
      'clients.count=5',
      `target={ url: "wss://127.0.0.1:${server.port}/", tls: { ca: "${folder}/ca.pem", servername: gateway.test } }`,
      'tokens.lifetime=4s',
      'tokens.refresh.lead=3s',
      'users={ generate: { refresh: "refresh-{client}" } }',
      `tokens.source={ mint: {}, file: { refresh: "{user.refresh}" }, oauth2: { url: "https://127.0.0.1:${server.port}/token" } }`,
    ),
    {
      until: ({ measurements }) =>
        measurements.curves.total('refreshes') >= 5 && measurements.curves.total('ready') >= 10,
    },
  );
  expect(server.devices).toHaveLength(run.outcome.measurements.curves.total('ready'));
  expect(new Set(server.names)).toEqual(new Set(['gateway.test']));
  expect(run.outcome.measurements.curves.total('refreshes')).toBe(server.refreshes());
  expect(failuresOf(run, 'refresh')).toEqual({});
});

test('each client presents the certificate of its user', async () => {
  const server = await secureServer(serverTls('client-certificates'));
  await liveRun(
    smallScenario(
      'duration=60s',
      'clients.count=4',
      `target={ url: "wss://127.0.0.1:${server.port}/", tls: { ca: "${folder}/ca.pem", cert: "${folder}/{user.device}.pem", key: "${folder}/{user.device}.key" } }`,
      `users={ file: "${folder}/users.csv" }`,
    ),
    readyAll(4),
  );
  expect(server.devices.toSorted()).toEqual(['device-a', 'device-a', 'device-a', 'device-b']);
});

test.each([
  ['does not know its authority', 'private-ca', '', 'authority that this machine does not know'],
  ['expects another name', 'private-ca', `ca: "${folder}/ca.pem", servername: other.test`, 'for another host name'],
  ['has no certificate', 'client-certificates', `ca: "${folder}/ca.pem"`, 'wants a client certificate'],
] as const)('a client that %s is told so in the report', async (_, kind, tls, words) => {
  const server = await secureServer(serverTls(kind));
  const run = await liveRun(
    smallScenario(
      'duration=1s',
      'clients.count=2',
      `target={ url: "wss://127.0.0.1:${server.port}/", tls: { ${tls} } }`,
    ),
  );
  expect(Object.keys(failuresOf(run, 'handshake'))).toEqual(['tls']);
  expect(run.outcome.seen?.map(({ text }) => text)).toEqual([expect.stringContaining(words)]);
  expect(server.devices).toEqual([]);
});

test('any certificate is taken where the scenario says so', async () => {
  const server = await secureServer(serverTls('private-ca'));
  await liveRun(
    smallScenario(
      'duration=60s',
      'clients.count=2',
      `target={ url: "wss://127.0.0.1:${server.port}/", tls: { verify: false } }`,
    ),
    readyAll(2),
  );
  expect(server.devices).toHaveLength(2);
});

/** A server that closes the first connection of each client, and counts those that resume a TLS session. */
async function resumingServer(options: ServerOptions, newKeys = false) {
  const https = createHttps({ ...serverTls('private-ca'), ...options });
  const ws = new WebSocketServer({ server: https });
  const seen = new Set<string | undefined>();
  let resumed = 0;
  ws.on('connection', (peer, { socket, url }) => {
    if (socket instanceof TLSSocket && socket.isSessionReused()) resumed += 1;
    if (seen.has(url)) return;
    seen.add(url);
    if (newKeys) https.setTicketKeys(randomBytes(48));
    peer.close(1012);
  });
  https.on('tlsClientError', () => {});
  https.listen(0, '127.0.0.1');
  await once(https, 'listening');
  onTestFinished(() => {
    for (const peer of ws.clients) peer.terminate();
    https.close();
  });
  const address = https.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { port, resumed: () => resumed };
}

async function reconnectAll(port: number, resume: string) {
  const clients = 8;
  const run = await liveRun(
    smallScenario(
      'duration=60s',
      'seed=42',
      `clients.count=${clients}`,
      `target={ url: "wss://127.0.0.1:${port}/{client}", tls: { ca: "${folder}/ca.pem", servername: gateway.test, resume: ${resume} } }`,
    ),
    { until: ({ measurements }) => measurements.curves.total('ready') === 2 * clients },
  );
  expect(failuresOf(run, 'handshake')).toEqual({});
  return run.outcome.measurements.counts.tlsResumed;
}

test.each(['TLSv1.2', 'TLSv1.3'] as const)('clients resume their sessions of %s, and count it', async (version) => {
  const server = await resumingServer({ minVersion: version, maxVersion: version });
  expect(await reconnectAll(server.port, '100%')).toBe(8);
  expect(server.resumed()).toBe(8);
});

test('only the share of the clients that is drawn resumes', async () => {
  const server = await resumingServer({});
  const sessions = new TlsSessions(0.5, new Draws(42), () => {});
  const drawn = Array.from({ length: 8 }, (_, client) => client).filter((client) => sessions.isResuming(client));
  expect(await reconnectAll(server.port, '50%')).toBe(drawn.length);
  expect(server.resumed()).toBe(drawn.length);
  expect(drawn.length).toBeGreaterThan(0);
  expect(drawn.length).toBeLessThan(8);
});

test('a server that knows no session of before makes full handshakes', async () => {
  const server = await resumingServer({}, true);
  expect(await reconnectAll(server.port, '100%')).toBe(0);
  expect(server.resumed()).toBe(0);
});
