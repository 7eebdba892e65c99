import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CountName, Counts } from './counts.ts';
import { CLIENT_ID, passwordOf } from './identity-names.ts';
import { freePort, HOST, whenReady, type Served } from './served.ts';

/** Keycloak with one realm, whose refresh tokens are good once. */
export interface KeycloakOptions {
  /** folder of an unpacked distribution */
  readonly home: string;
  /** users `user-0`, `user-1`, … */
  readonly users: number;
  readonly audience: string;
  readonly lifetimeSeconds: number;
}

export const REALM = 'squall';

/** Its first start builds its classes, which takes two minutes on a small machine. */
const START_MS = 8 * 60_000;

const ADMIN = { username: 'admin', password: 'for tests' };

/** Events that Keycloak keeps, and what they count here. */
const EVENTS: Readonly<Record<string, readonly CountName[]>> = {
  LOGIN: ['passwordGrants'],
  LOGIN_ERROR: ['passwordGrants', 'grantsRefused'],
  REFRESH_TOKEN: ['refreshGrants'],
  REFRESH_TOKEN_ERROR: ['refreshGrants', 'grantsRefused'],
};

export async function keycloakServer(options: KeycloakOptions, counts: Counts): Promise<Served> {
  const port = await freePort();
  const imports = join(options.home, 'data', 'import');
  mkdirSync(imports, { recursive: true });
  writeFileSync(join(imports, `${REALM}-realm.json`), JSON.stringify(realm(options)));
  const address = [`--http-host=${HOST}`, `--http-port=${port}`];
  const child = spawn(
    'bash',
    [join(options.home, 'bin', 'kc.sh'), 'start-dev', '--import-realm', '--db=dev-mem', ...address],
    {
      // A group of its own, since the script starts Java as its child.
      detached: true,
      stdio: 'ignore',
      env: {
        ...process.env,
        JAVA_OPTS_KC_HEAP: '-Xms64m -Xmx512m',
        KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.username,
        KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
      },
    },
  );
  child.once('exit', () => process.exit(1));
  process.once('exit', () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  });
  const origin = `http://${HOST}:${port}`;
  await whenReady(`${origin}/realms/${REALM}/.well-known/openid-configuration`, START_MS);
  return { port, count: () => countEvents(origin, counts) };
}

/** Counts the events that Keycloak has kept so far. */
async function countEvents(origin: string, counts: Counts): Promise<void> {
  const Authorization = `Bearer ${await adminToken(origin)}`;
  const names = new Set(Object.values(EVENTS).flat());
  for (const name of names) counts.set(name, 0);
  for (const [type, increments] of Object.entries(EVENTS)) {
    const url = `${origin}/admin/realms/${REALM}/events?type=${type}&max=100000`;
    const events = (await (await fetch(url, { headers: { Authorization } })).json()) as readonly unknown[];
    for (const name of increments) counts.set(name, counts.of(name) + events.length);
  }
}

async function adminToken(origin: string): Promise<string> {
  const body = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...ADMIN });
  const answer = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, { method: 'POST', body });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** A realm to import: a public client with direct grants, and users with passwords that cost little to check. */
function realm({ users, audience, lifetimeSeconds }: KeycloakOptions): object {
  return {
    realm: REALM,
    enabled: true,
    sslRequired: 'none',
    accessTokenLifespan: lifetimeSeconds,
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
    eventsEnabled: true,
    enabledEventTypes: Object.keys(EVENTS),
    passwordPolicy: 'hashAlgorithm(pbkdf2-sha256) and hashIterations(1)',
    clients: [
      {
        clientId: CLIENT_ID,
        enabled: true,
        publicClient: true,
        directAccessGrantsEnabled: true,
        standardFlowEnabled: false,
        protocolMappers: [
          {
            name: 'gateway',
            protocol: 'openid-connect',
            protocolMapper: 'oidc-audience-mapper',
            config: { 'included.custom.audience': audience, 'access.token.claim': 'true' },
          },
        ],
      },
    ],
    users: Array.from({ length: users }, (_, n) => user(`user-${n}`)),
  };
}

function user(username: string): object {
  return {
    username,
    enabled: true,
    email: `${username}@example.com`,
    emailVerified: true,
    firstName: 'Test',
    lastName: 'User',
    credentials: [{ type: 'password', value: passwordOf(username) }],
  };
}
