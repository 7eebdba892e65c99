import { None } from 'oauth4webapi';
import { describe, expect, test } from 'vitest';
import { installed } from './installs/provided.ts';
import { REALM } from './keycloak-server.ts';
import { oauthClient } from './oauth.ts';
import { startServer } from './start-server.ts';

const home = installed('keycloak');

describe.runIf(home !== null)('Keycloak', () => {
  test('gives tokens, rotates them, and counts what a client library asks for', async () => {
    const server = await startServer('keycloak', {
      home: home ?? '',
      users: 50,
      audience: 'gateway',
      lifetimeSeconds: 15,
    });
    const { login, refresh } = await oauthClient(`http://127.0.0.1:${server.port}/realms/${REALM}`, None());
    const first = await login('user-0');
    expect(first.expires_in).toBeLessThanOrEqual(15);
    const second = await refresh(first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    await expect(refresh(first.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
    await expect(login('user-0', 'guess')).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await server.counts()).toMatchObject({ passwordGrants: 2, refreshGrants: 2, grantsRefused: 2 });
  });
});
