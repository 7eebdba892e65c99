import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import {
  errors,
  Provider,
  type Configuration,
  type KoaContextWithOIDC,
  type ResourceServer,
  type TokenEndpointGrantContext,
} from 'oidc-provider';
import { listen } from '../../embedded/listen.ts';
import type { Counts } from './counts.ts';
import { CLIENT_ID, passwordOf } from './identity-names.ts';
import { cutOf, HOST, type Served } from './served.ts';

/** `oidc-provider`, with tokens for one gateway. */
export interface IdentityOptions {
  readonly audience: string;
  readonly lifetimeSeconds: number;
  /** each refresh gives another refresh token, and a used one ends the session */
  readonly rotate: boolean;
  /** how the client authenticates itself */
  readonly client:
    | { readonly auth: 'none' }
    | { readonly auth: 'client_secret_basic' | 'client_secret_post'; readonly secret: string }
    | { readonly auth: 'private_key_jwt'; readonly publicJwk: JWK };
}

export async function identityServer(options: IdentityOptions, counts: Counts): Promise<Served> {
  // The issuer's address is part of every token, so the port comes first.
  const http = createServer();
  const drop = cutOf(http);
  const port = await listen(http, HOST, 0);
  const provider = new Provider(`http://${HOST}:${port}`, await configuration(options));
  provider.registerGrantType<Password>('password', (context) => passwordGrant(context, options), [
    'username',
    'password',
  ]);
  provider.use(async (context, next) => {
    await next();
    if (context.path === '/token') count(context as KoaContextWithOIDC, counts);
  });
  const answer = provider.callback();
  http.on('request', (request, response) => void answer(request, response));
  return { port, drop };
}

/** Counts a token request by its grant, and whether it was refused. */
function count({ oidc, status }: KoaContextWithOIDC, counts: Counts): void {
  switch (oidc.params?.['grant_type']) {
    case 'password':
      counts.add('passwordGrants');
      break;
    case 'refresh_token':
      counts.add('refreshGrants');
      break;
    case 'client_credentials':
      counts.add('clientCredentialsGrants');
      break;
    default:
      break;
  }
  if (status === 401) counts.add('clientsRefused');
  else if (status >= 400) counts.add('grantsRefused');
}

async function configuration(options: IdentityOptions): Promise<Configuration> {
  const { audience, lifetimeSeconds, rotate, client } = options;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'ES256' }] },
    cookies: { keys: ['for tests'] },
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: client.auth,
        ...('secret' in client ? { client_secret: client.secret } : {}),
        ...('publicJwk' in client ? { jwks: { keys: [client.publicJwk] } } : {}),
        ...(client.auth === 'private_key_jwt' ? { token_endpoint_auth_signing_alg: 'ES256' } : {}),
        grant_types: ['password', 'refresh_token', ...(client.auth === 'none' ? [] : ['client_credentials'])],
        id_token_signed_response_alg: 'ES256',
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resourceOf(audience),
        useGrantedResource: () => true,
        getResourceServerInfo: () => resourceServerOf(options),
      },
    },
    findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    rotateRefreshToken: rotate,
    scopes: ['openid', 'offline_access', 'realtime'],
    ttl: {
      AccessToken: lifetimeSeconds,
      ClientCredentials: lifetimeSeconds,
      Grant: 3600,
      IdToken: 3600,
      RefreshToken: 3600,
    },
  };
}

/** The gateway, whose access tokens are JWTs. */
function resourceServerOf({ audience, lifetimeSeconds }: IdentityOptions): ResourceServer {
  return {
    scope: 'realtime',
    audience,
    accessTokenTTL: lifetimeSeconds,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'ES256' } },
  };
}

/** Resource indicators are absolute URIs (RFC 8707). */
function resourceOf(audience: string): string {
  return `urn:${audience}`;
}

interface Password {
  readonly username?: string;
  readonly password?: string;
}

/** The password grant (RFC 6749 section 4.3) as a custom grant, since oidc-provider does not come with one. */
async function passwordGrant(context: TokenEndpointGrantContext<Password>, options: IdentityOptions): Promise<void> {
  const { provider, client, params } = context.oidc;
  const { username: accountId = '', password } = params;
  if (password !== passwordOf(accountId)) throw new errors.InvalidGrant('invalid user credentials');
  const { scope } = resourceServerOf(options);
  const resource = resourceOf(options.audience);
  const grant = new provider.Grant({ clientId: client.clientId, accountId });
  grant.addResourceScope(resource, scope);
  const of = { client, accountId, grantId: await grant.save(), gty: 'password' };
  const access = new provider.AccessToken({
    ...of,
    scope,
    resourceServer: new provider.ResourceServer(resource, resourceServerOf(options)),
  });
  const refresh = new provider.RefreshToken({ ...of, resource, scope });
  const [access_token, refresh_token] = [await access.save(), await refresh.save()];
  context.body = { access_token, refresh_token, expires_in: access.expiration, scope, token_type: access.tokenType };
}
