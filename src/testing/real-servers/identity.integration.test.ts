import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, type JSONWebKeySet } from 'jose';
import * as oauth from 'oauth4webapi';
import { describe, expect, test } from 'vitest';
import { CLIENT_ID, passwordOf } from './identity-names.ts';
import type { IdentityOptions } from './identity-server.ts';
import { startServer, type RealServer } from './start-server.ts';

const INSECURE = { [oauth.allowInsecureRequests]: true } as const;
const CLIENT: oauth.Client = { client_id: CLIENT_ID };
const OPTIONS = { audience: 'gateway', lifetimeSeconds: 20, rotate: true } as const;

interface Method {
  readonly client: IdentityOptions['client'];
  readonly auth: oauth.ClientAuth;
}

const keys = await generateKeyPair('ES256', { extractable: true });
const publicJwk = await exportJWK(keys.publicKey);

const METHODS: readonly Method[] = [
  { client: { auth: 'none' }, auth: oauth.None() },
  { client: { auth: 'client_secret_basic', secret: 's:e cret' }, auth: oauth.ClientSecretBasic('s:e cret') },
  { client: { auth: 'client_secret_post', secret: 's3cret' }, auth: oauth.ClientSecretPost('s3cret') },
  { client: { auth: 'private_key_jwt', publicJwk }, auth: oauth.PrivateKeyJwt(keys.privateKey) },
];

/** The provider with a client library of its own maker, before squall is held against it. */
describe('oidc-provider', () => {
  test.each(METHODS)('gives tokens to a client of $client.auth, and rotates them', async ({ client, auth }) => {
    const server = await startServer('identity', { ...OPTIONS, client });
    const as = await discovered(server);
    const first = await login(as, auth, 'u-1');
    expect(first).toMatchObject({ expires_in: 20, token_type: 'bearer' });
    const { payload } = await jwtVerify(first.access_token, await keysOf(as), {
      issuer: as.issuer,
      audience: 'gateway',
    });
    expect(payload.sub).toBe('u-1');
    const second = await refreshed(as, auth, first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    await expect(refreshed(as, auth, first.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
    // A used token ended the session.
    await expect(refreshed(as, auth, second.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await server.counts()).toMatchObject({ passwordGrants: 1, refreshGrants: 3, grantsRefused: 2 });
  });

  test('refuses a wrong client secret, and a wrong password', async () => {
    const server = await startServer('identity', { ...OPTIONS, ...METHODS[2]! });
    const as = await discovered(server);
    await expect(login(as, oauth.ClientSecretPost('other'), 'u-1')).rejects.toMatchObject({ error: 'invalid_client' });
    const wrong = login(as, METHODS[2]!.auth, 'u-1', 'guess');
    await expect(wrong).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await server.counts()).toMatchObject({ clientsRefused: 1, grantsRefused: 1, passwordGrants: 2 });
  });

  test('gives a token to the client itself', async () => {
    const server = await startServer('identity', { ...OPTIONS, ...METHODS[1]! });
    const as = await discovered(server);
    const answer = await oauth.clientCredentialsGrantRequest(
      as,
      CLIENT,
      METHODS[1]!.auth,
      { scope: 'realtime' },
      INSECURE,
    );
    const { access_token } = await oauth.processClientCredentialsResponse(as, CLIENT, answer);
    const { payload } = await jwtVerify(access_token, await keysOf(as), { issuer: as.issuer, audience: 'gateway' });
    expect(payload.sub).toBe(CLIENT_ID);
    expect(await server.counts()).toMatchObject({ clientCredentialsGrants: 1, grantsRefused: 0 });
  });
});

async function discovered({ port }: RealServer): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(`http://127.0.0.1:${port}`);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, INSECURE));
}

async function login(
  as: oauth.AuthorizationServer,
  auth: oauth.ClientAuth,
  username: string,
  password = passwordOf(username),
): Promise<oauth.TokenEndpointResponse> {
  const body = { username, password };
  const answer = await oauth.genericTokenEndpointRequest(as, CLIENT, auth, 'password', body, INSECURE);
  return oauth.processGenericTokenEndpointResponse(as, CLIENT, answer);
}

async function refreshed(
  as: oauth.AuthorizationServer,
  auth: oauth.ClientAuth,
  token = '',
): Promise<oauth.TokenEndpointResponse> {
  const answer = await oauth.refreshTokenGrantRequest(as, CLIENT, auth, token, INSECURE);
  return oauth.processRefreshTokenResponse(as, CLIENT, answer);
}

async function keysOf({ jwks_uri = '' }: oauth.AuthorizationServer): Promise<ReturnType<typeof createLocalJWKSet>> {
  return createLocalJWKSet((await (await fetch(jwks_uri)).json()) as JSONWebKeySet);
}
