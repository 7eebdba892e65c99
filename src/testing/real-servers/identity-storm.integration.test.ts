import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClientSecretBasic } from 'oauth4webapi';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseSummary } from '../../results/summary.ts';
import { commandLine } from '../command-line.ts';
import { CLIENT_ID, passwordOf } from './identity-names.ts';
import { oauthClient } from './oauth.ts';
import { startServer, type RealServer } from './start-server.ts';
import { countedAlike, storm } from './storm.ts';

const SECRET = 's:e cret';
const AUDIENCE = 'gateway';

test('oidc-provider and a gateway count what squall counts: logins, refreshes with rotation, connections, commands', async () => {
  vi.stubEnv('CLIENT_SECRET', SECRET);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { identity, gateway } = await started(8);
  const seen = await storm(
    `
duration: 60s
target: ${targetAt(gateway)}
users: { generate: { username: 'user-{client}', password: '${passwordOf('user-{client}')}' } }
tokens:
  lifetime: 8s
  source: ${sourceAt(identity, 'password')}
  refresh: { lead: 4s }
clients: { arrive: { over: 1s }, backoff: { base: 100ms, cap: 500ms }, commands: { rate: 1/s } }
faults: [{ at: 2500ms, drop: { code: 1012 } }]
`,
    (total) => total('refreshed') >= 50 && total('stateReady') === 50,
  );
  const counts = await gateway.counts();
  expect(seen).toMatchObject(countedAlike(counts));
  expect(seen).toMatchObject({ logins: 50, expired: 0, failedAttempts: 0 });
  expect(counts).toMatchObject({ connections: seen.ready, refused: 0 });
  expect(await identity.counts()).toMatchObject({
    passwordGrants: seen.logins,
    refreshGrants: seen.refreshed,
    grantsRefused: 0,
    clientsRefused: 0,
  });
});

test('runs after one another, and the pairs of a comparison, go on with the refresh tokens that oidc-provider gave last', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-identity-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { identity, gateway } = await started(4);
  const { login } = await oauthClient(`http://127.0.0.1:${identity.port}`, ClientSecretBasic(SECRET));
  const rows: string[] = [];
  for (let n = 0; n < 5; n++) rows.push(`user-${n},${(await login(`user-${n}`)).refresh_token}`);
  const users = join(folder, 'users.csv');
  writeFileSync(users, ['username,refresh', ...rows, ''].join('\n'));
  const scenario = join(folder, 'storm.yaml');
  writeFileSync(
    scenario,
    `
duration: 1s
target: ${targetAt(gateway)}
users: { file: users.csv, out: users.csv }
tokens:
  lifetime: 4s
  source: { file: { refresh: '{user.refresh}' }, ${sourceAt(identity, 'none').slice(1)}
  refresh: { lead: 1s }
clients: { count: 5, arrive: { over: 100ms }, backoff: { base: 100ms, cap: 500ms } }
generator: { maxLateness: 5s }
`,
  );
  const run = (...args: readonly string[]) =>
    commandLine([...args, '--results', join(folder, 'results'), '--json'], { CLIENT_SECRET: SECRET });
  for (let n = 0; n < 2; n++) {
    const { code, stdout, stderr } = await run('run', scenario);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    expect(parseSummary(stdout)?.clients).toMatchObject({ readyAtEnd: 5, stopped: 0 });
  }
  const compared = await run('compare', scenario, '--vary', 'clients.arrive.over=100ms,200ms', '--pairs', '6');
  expect({ code: compared.code, stderr: compared.code === 0 ? '' : compared.stderr }).toEqual({ code: 0, stderr: '' });
  const { grantsRefused, refreshGrants, passwordGrants } = await identity.counts();
  expect({ grantsRefused, passwordGrants }).toEqual({ grantsRefused: 0, passwordGrants: 5 });
  expect(refreshGrants).toBeGreaterThanOrEqual(14 * 5);
  expect(readFileSync(users, 'utf8')).not.toContain(rows[0]);
});

/** oidc-provider with rotation and a confidential client, and a gateway that accepts its tokens. */
async function started(lifetimeSeconds: number): Promise<{ identity: RealServer; gateway: RealServer }> {
  const identity = await startServer('identity', {
    audience: AUDIENCE,
    lifetimeSeconds,
    rotate: true,
    client: { auth: 'client_secret_basic', secret: SECRET },
  });
  const issuer = `http://127.0.0.1:${identity.port}`;
  const gateway = await startServer('gateway', {
    keys: `${issuer}/jwks`,
    issuer,
    audience: AUDIENCE,
    carrier: 'header',
  });
  return { identity, gateway };
}

function targetAt({ port }: RealServer): string {
  return `{ url: "ws://127.0.0.1:${port}/", protocol: { json: { command: '{"op":"do","id":{seq}}', ack: { op: ok }, ackId: id } } }`;
}

function sourceAt({ port }: RealServer, login: 'password' | 'none'): string {
  const client = `clientId: ${CLIENT_ID}, clientAuth: basic, clientSecret: '{env.CLIENT_SECRET}'`;
  return `{ oauth2: { issuer: "http://127.0.0.1:${port}", login: ${login}, ${client} } }`;
}
