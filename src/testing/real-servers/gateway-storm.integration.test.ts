import { mkdtempSync, readdirSync, copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CERTIFICATES } from './certificates.ts';
import { mintedAccess, startServer } from './start-server.ts';
import { countedAlike, storm } from './storm.ts';

const ORIGIN = 'https://app.example.com';

/** Clients with clocks 10 s slow renew tokens after they have expired. */
const LATE = 'tokens: { lifetime: 4s, issued: together, refresh: { lead: 1s } }';
const CLIENTS = `clients: { clockSkew: -10s, arrive: { over: 1s }, backoff: { base: 100ms, cap: 500ms }, commands: { rate: 1/s } }`;

test('a gateway that looks at Origin, tenant and token counts what squall counts, through a drop and expiries', async () => {
  const server = await startServer('gateway', {
    ...(await mintedAccess()),
    carrier: 'header',
    origin: ORIGIN,
    tenants: ['acme'],
    subprotocol: 'chat.v2',
    authenticationMs: 200,
  });
  const seen = await storm(
    `
duration: 60s
target:
  url: ws://127.0.0.1:${server.port}/
  headers: { Origin: '${ORIGIN}', X-Tenant: acme }
  subprotocols: [chat.v2]
  protocol: { json: { command: '{"op":"do","id":{seq}}', ack: { op: ok }, ackId: id } }
${LATE}
${CLIENTS}
faults: [{ at: 2500ms, drop: { code: 1012 } }]
`,
    (total) => total('lostExpired') >= 50 && total('stateReady') === 50,
  );
  const counts = await server.counts();
  expect(seen).toMatchObject(countedAlike(counts));
  expect(seen).toMatchObject({ expired: 50, recovered: 100, failedAttempts: 0 });
  expect(counts).toMatchObject({ connections: 150, refused: 0, originsRefused: 0, tenantsRefused: 0 });
  expect(counts.duplicateCommands).toBeLessThanOrEqual(seen.resent);
  expect(seen.shortestHandshakeMs).toBeGreaterThanOrEqual(200);
});

test('a gateway that misses an Origin lets nobody in, and nobody is ready', async () => {
  const server = await startServer('gateway', { ...(await mintedAccess()), carrier: 'header', origin: ORIGIN });
  const seen = await storm(
    `
duration: 60s
target: { url: ws://127.0.0.1:${server.port}/ }
clients: { arrive: { over: 500ms }, backoff: { base: 100ms, max: 2 } }
`,
    // No attempt is under way any more.
    (total) => total('stopped') === 50,
  );
  const counts = await server.counts();
  expect(seen).toMatchObject({ ready: 0, attempts: 150, failedAttempts: counts.originsRefused });
  expect(counts).toMatchObject({ connections: 0, authenticated: 0 });
});

test('a gateway that authenticates by message, has clients join and pings them counts what squall counts', async () => {
  const server = await startServer('gateway', {
    ...(await mintedAccess()),
    carrier: 'message',
    joins: true,
    pingMs: 1000,
    authenticationMs: 200,
  });
  const seen = await storm(
    `
duration: 60s
target:
  url: ws://127.0.0.1:${server.port}/
  protocol:
    json:
      handshake:
        - { send: '{"op":"auth","token":"{token}"}', expect: { op: welcome } }
        - { send: '{"op":"join","room":"r-{client}"}', expect: { op: joined } }
      authRefused: { op: denied }
      reauthenticate: '{"op":"auth","token":"{token}"}'
      reauthenticated: { op: renewed }
      replies: [{ to: { op: ping }, send: '{"op":"pong"}' }]
      command: '{"op":"do","id":{seq}}'
      ack: { op: ok }
      ackId: id
tokens: { lifetime: 6s, issued: together, carrier: message, renewal: in-band, refresh: { lead: 2s } }
clients: { arrive: { over: 1s }, backoff: { base: 100ms, cap: 500ms }, commands: { rate: 1/s } }
faults: [{ at: 2500ms, drop: { code: 1012 } }]
`,
    (total) => total('refreshed') >= 50 && total('stateRenewing') === 0,
  );
  const counts = await server.until(({ renewals }) => renewals === seen.refreshed);
  expect(seen).toMatchObject(countedAlike(counts));
  expect(seen).toMatchObject({ ready: 100, expired: 0, recovered: 50, failedAttempts: 0 });
  expect(counts).toMatchObject({ connections: 100, refused: 0, strangeMessages: 0, pingTimeouts: 0 });
  expect(seen.shortestHandshakeMs).toBeGreaterThanOrEqual(200);
  expect(seen.run.outcome.seen?.filter(({ kind }) => kind === 'frame')).toEqual([]);
});

test('a gateway that asks for certificates of clients counts what squall counts', async () => {
  const server = await startServer('gateway', {
    ...(await mintedAccess()),
    carrier: 'header',
    tls: 'client-certificates',
  });
  const folder = mkdtempSync(join(tmpdir(), 'squall-certificates-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of readdirSync(CERTIFICATES)) copyFileSync(join(CERTIFICATES, name), join(folder, name));
  const rows = Array.from({ length: 50 }, (_, n) => `client-${n % 2 === 0 ? 'a' : 'b'}`);
  writeFileSync(join(folder, 'users.csv'), ['device', ...rows, ''].join('\n'));
  const seen = await storm(
    `
duration: 60s
target:
  url: wss://127.0.0.1:${server.port}/
  tls: { ca: ${folder}/ca.pem, cert: '${folder}/{user.device}.pem', key: '${folder}/{user.device}.key' }
  protocol: { json: { command: '{"op":"do","id":{seq}}', ack: { op: ok }, ackId: id } }
users: { file: ${folder}/users.csv }
${LATE}
${CLIENTS}
faults: [{ at: 2500ms, drop: { code: 1012 } }]
`,
    (total) => total('lostExpired') >= 50 && total('stateReady') === 50,
  );
  const counts = await server.counts();
  expect(seen).toMatchObject(countedAlike(counts));
  expect(seen).toMatchObject({ expired: 50, recovered: 100, failedAttempts: 0 });
  expect(counts).toMatchObject({ connections: 150, refused: 0, tlsRefused: 0 });
});
