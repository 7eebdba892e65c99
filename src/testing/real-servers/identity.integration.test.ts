import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { ClientSecretBasic, ClientSecretPost, None, PrivateKeyJwt, type ClientAuth } from 'oauth4webapi';
import { describe, expect, test } from 'vitest';
import { CLIENT_ID } from './identity-names.ts';
import type { IdentityOptions } from './identity-server.ts';
import { oauthClient, type OAuthClient } from './oauth.ts';
import { startServer, type RealServer } from './start-server.ts';

interface Method {
  readonly client: IdentityOptions['client'];
  readonly auth: ClientAuth;
}

const keys = await generateKeyPair('ES256', { extractable: true });
const publicJwk = await exportJWK(keys.publicKey);

const BASIC: Method = {
  client: { auth: 'client_secret_basic', secret: 's:e cret' },
  auth: ClientSecretBasic('s:e cret'),
};
const POST: Method = { client: { auth: 'client_secret_post', secret: 's3cret' }, auth: ClientSecretPost('s3cret') };
const METHODS: readonly Method[] = [
  { client: { auth: 'none' }, auth: None() },
  BASIC,
  POST,
  { client: { auth: 'private_key_jwt', publicJwk }, auth: PrivateKeyJwt(keys.privateKey) },
];

/** The provider with a client library of its own maker, before squall is held against it. */
describe('oidc-provider', () => {
  test.each(METHODS)('gives tokens to a client of $client.auth, and rotates them', async ({ client, auth }) => {
    const server = await started(client);
    const { login, refresh, server: as } = await clientOf(server, auth);
    const first = await login('u-1');
    expect(first).toMatchObject({ expires_in: 20, token_type: 'bearer' });
    expect(await claimsOf(first.access_token, as)).toMatchObject({ sub: 'u-1' });
    const second = await refresh(first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    await expect(refresh(first.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
    // A used token ended the session.
    await expect(refresh(second.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await server.counts()).toMatchObject({ passwordGrants: 1, refreshGrants: 3, grantsRefused: 2 });
  });

  test('refuses a wrong client secret, and a wrong password', async () => {
    const server = await started(POST.client);
    const stranger = await clientOf(server, ClientSecretPost('other'));
    await expect(stranger.login('u-1')).rejects.toMatchObject({ error: 'invalid_client' });
    const { login } = await clientOf(server, POST.auth);
    await expect(login('u-1', 'guess')).rejects.toMatchObject({ error: 'invalid_grant' });
    expect(await server.counts()).toMatchObject({ clientsRefused: 1, grantsRefused: 1, passwordGrants: 2 });
  });

  test('gives a token to the client itself', async () => {
    const server = await started(BASIC.client);
    const { ownToken, server: as } = await clientOf(server, BASIC.auth);
    const { access_token } = await ownToken('realtime');
    expect(await claimsOf(access_token, as)).toMatchObject({ sub: CLIENT_ID });
    expect(await server.counts()).toMatchObject({ clientCredentialsGrants: 1, grantsRefused: 0 });
  });
});

function started(client: IdentityOptions['client']): Promise<RealServer> {
  return startServer('identity', { audience: 'gateway', lifetimeSeconds: 20, rotate: true, client });
}

function clientOf({ port }: RealServer, auth: ClientAuth): Promise<OAuthClient> {
  return oauthClient(`http://127.0.0.1:${port}`, auth);
}

/** Claims of an access token that the provider's keys verify. */
async function claimsOf(token: string, { issuer, jwks_uri = '' }: OAuthClient['server']): Promise<JWTPayload> {
  const jwks = createLocalJWKSet((await (await fetch(jwks_uri)).json()) as JSONWebKeySet);
  return (await jwtVerify(token, jwks, { issuer, audience: 'gateway' })).payload;
}
