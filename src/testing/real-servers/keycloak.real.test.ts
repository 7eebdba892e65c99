import { None } from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLIENT_ID, passwordOf } from './identity-names.ts';
import { installed } from './installs/provided.ts';
import { REALM } from './keycloak-server.ts';
import { oauthClient } from './oauth.ts';
import { launchServer, startServer, type RealServer } from './start-server.ts';
import { countedAlike, storm } from './storm.ts';

const home = installed('keycloak');
const LIFETIME_SECONDS = 15;

describe.runIf(home !== null)('Keycloak', () => {
  let keycloak: RealServer;
  beforeAll(async () => {
    keycloak = await launchServer('keycloak', {
      home: home ?? '',
      users: 50,
      audience: 'gateway',
      lifetimeSeconds: LIFETIME_SECONDS,
    });
  });
  afterAll(() => keycloak.stop());

  test('gives tokens, rotates them, and counts what a client library asks for', async () => {
    const { login, refresh } = await oauthClient(issuer(), None());
    const first = await login('user-0');
    expect(first.expires_in).toBeLessThanOrEqual(LIFETIME_SECONDS);
    const second = await refresh(first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    await expect(refresh(first.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(login('user-0', 'guess')).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await keycloak.counts()).toMatchObject({ passwordGrants: 2, refreshGrants: 2, grantsRefused: 2 });
  });

  test('and a gateway count what squall counts: logins, refreshes with rotation, connections, commands', async () => {
    const before = await keycloak.counts();
    const gateway = await startServer('gateway', {
      keys: `${issuer()}/protocol/openid-connect/certs`,
      issuer: issuer(),
      audience: 'gateway',
      carrier: 'header',
    });
    const seen = await storm(
      `
duration: 60s
target:
  url: ws://127.0.0.1:${gateway.port}/
  protocol: { json: { command: '{"op":"do","id":{seq}}', ack: { op: ok }, ackId: id } }
users: { generate: { username: 'user-{client}', password: '${passwordOf('user-{client}')}' } }
tokens:
  lifetime: ${LIFETIME_SECONDS}s
  source: { keycloak: { url: 'http://127.0.0.1:${keycloak.port}', realm: ${REALM}, clientId: ${CLIENT_ID} } }
  login: { rate: 10/s }
  refresh: { lead: 5s }
clients: { arrive: { over: 1s }, backoff: { base: 100ms, cap: 500ms }, commands: { rate: 1/s } }
faults: [{ at: 3s, drop: { code: 1012 } }]
`,
      (total) => total('refreshed') >= 50 && total('stateReady') === 50,
    );
    const counts = await gateway.counts();
    expect(seen).toMatchObject(countedAlike(counts));
    expect(seen.logins).toBeGreaterThanOrEqual(50);
    expect(seen).toMatchObject({ failedAttempts: 0 });
    expect(counts).toMatchObject({ connections: seen.ready, refused: 0 });
    expect(await keycloak.counts()).toMatchObject({
      passwordGrants: before.passwordGrants + seen.logins,
      refreshGrants: before.refreshGrants + seen.refreshed,
      grantsRefused: before.grantsRefused,
    });
  });

  function issuer(): string {
    return `http://127.0.0.1:${keycloak.port}/realms/${REALM}`;
  }
});
