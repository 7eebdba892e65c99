import { expect, it } from 'vitest';
import type { HoleValues } from '../core/template/template.ts';
import { NETWORK } from '../core/signal.ts';
import { readTokenAnswer } from './answer-template.ts';
import type { TokenStep } from './endpoint.ts';
import { answered, ready } from './endpoint-rig.test.helper.ts';
import { buildRequest } from './request-template.ts';

/** How real systems hand out tokens: the request of each, and what its answer is read as. */
interface Shape {
  readonly source: object;
  readonly step?: 'login' | 'refresh';
  readonly request: {
    readonly url: string;
    readonly body: string | null;
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly answer: readonly [
    status: number,
    body: unknown,
    headers?: Readonly<Record<string, string | readonly string[]>>,
  ];
  readonly reads: object;
}

const VALUES: HoleValues = {
  client: 7,
  token: 'ACCESS',
  refresh: 'R+/=',
  user: { email: 'a@b.c', username: 'ann', password: 'p w"&' },
  cookie: { 'XSRF-TOKEN': 'x=', csrf: 'c1' },
};
const NOW_MS = Date.UTC(2026, 0, 1);
const OAUTH = { access_token: 'A', token_type: 'Bearer', expires_in: 300, refresh_token: 'N' };
const TOKENS = { ok: true, access: 'A', refresh: 'N', expiresInMs: 300_000 };

const SHAPES: Readonly<Record<string, Shape>> = {
  'a public client of OAuth 2.0': {
    source: { oauth2: { url: 'https://as.test/token', clientId: 'web' } },
    request: {
      url: 'https://as.test/token',
      body: 'grant_type=refresh_token&refresh_token=R%2B%2F%3D&client_id=web',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    },
    answer: [200, OAUTH],
    reads: TOKENS,
  },
  'a client with a secret in the body': {
    source: { oauth2: { url: 'https://as.test/token', clientId: 'web', clientSecret: '{env.SECRET}' } },
    request: {
      url: 'https://as.test/token',
      body: 'grant_type=refresh_token&refresh_token=R%2B%2F%3D&client_id=web&client_secret=s3cret%2F%2B',
    },
    answer: [400, { error: 'invalid_grant', error_description: 'Token is not active' }],
    reads: { ok: false, signal: NETWORK.invalidGrant, said: 'invalid_grant: Token is not active (HTTP 400)' },
  },
  'HTTP Basic, whose parts are form-encoded': {
    source: {
      oauth2: { url: 'https://as.test/token', clientId: 'a:b', clientSecret: '{env.SECRET}', clientAuth: 'basic' },
    },
    request: {
      url: 'https://as.test/token',
      body: 'grant_type=refresh_token&refresh_token=R%2B%2F%3D',
      headers: { authorization: `Basic ${btoa('a%3Ab:s3cret%2F%2B')}` },
    },
    answer: [401, { error: 'invalid_client' }],
    reads: { ok: false, signal: 401, said: 'invalid_client (HTTP 401)' },
  },
  'the password grant': {
    source: { oauth2: { url: 'https://as.test/token', clientId: 'web', login: 'password', scope: 'openid a' } },
    step: 'login',
    request: {
      url: 'https://as.test/token',
      body: 'grant_type=password&username=ann&password=p%20w%22%26&scope=openid%20a&client_id=web',
    },
    answer: [200, OAUTH],
    reads: TOKENS,
  },
  'client credentials, which have no refresh token': {
    source: { oauth2: { url: 'https://as.test/token', clientId: 'web', login: 'client-credentials', audience: 'api' } },
    step: 'login',
    request: { url: 'https://as.test/token', body: 'grant_type=client_credentials&audience=api&client_id=web' },
    answer: [201, { access_token: 'A', expires_in: 60 }],
    reads: { ok: true, access: 'A', refresh: null, expiresInMs: 60_000 },
  },
  'token exchange (RFC 8693)': {
    source: {
      endpoint: {
        login: {
          url: 'https://as.test/token',
          form: {
            grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
            subject_token: '{user.email}',
            subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          },
        },
      },
    },
    step: 'login',
    request: {
      url: 'https://as.test/token',
      body: 'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&subject_token=a%40b.c&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token',
    },
    answer: [200, { ...OAUTH, issued_token_type: 'urn:x' }],
    reads: TOKENS,
  },
  Keycloak: {
    source: { keycloak: { url: 'http://127.0.0.1:8080/', realm: 'r', clientId: 'web' } },
    step: 'login',
    request: {
      url: 'http://127.0.0.1:8080/realms/r/protocol/openid-connect/token',
      body: 'grant_type=password&username=ann&password=p%20w%22%26&client_id=web',
    },
    answer: [200, { ...OAUTH, refresh_expires_in: 1800, 'not-before-policy': 0, session_state: 's' }],
    reads: TOKENS,
  },
  Auth0: {
    source: {
      auth0: {
        domain: 'https://t.eu.auth0.com',
        clientId: 'web',
        clientSecret: '{env.SECRET}',
        realm: 'Users',
        audience: 'api',
      },
    },
    step: 'login',
    request: {
      url: 'https://t.eu.auth0.com/oauth/token',
      body: '{"client_id":"web","client_secret":"s3cret/+","grant_type":"http://auth0.com/oauth/grant-type/password-realm","username":"a@b.c","password":"p w\\"&","realm":"Users","audience":"api","scope":"openid offline_access"}',
      headers: { 'content-type': 'application/json' },
    },
    answer: [200, OAUTH],
    reads: TOKENS,
  },
  'Entra B2C, whose numbers are strings': {
    source: { oauth2: { url: 'https://b2c.test/token', clientId: 'web' } },
    request: {
      url: 'https://b2c.test/token',
      body: 'grant_type=refresh_token&refresh_token=R%2B%2F%3D&client_id=web',
    },
    answer: [200, { ...OAUTH, expires_in: '3600' }],
    reads: { ...TOKENS, expiresInMs: 3_600_000 },
  },
  "Cognito's login": {
    source: { cognito: { region: 'eu-central-1', clientId: 'web' } },
    step: 'login',
    request: {
      url: 'https://cognito-idp.eu-central-1.amazonaws.com/',
      body: '{"AuthFlow":"USER_PASSWORD_AUTH","ClientId":"web","AuthParameters":{"USERNAME":"ann","PASSWORD":"p w\\"&"}}',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
      },
    },
    answer: [200, { AuthenticationResult: { AccessToken: 'A', IdToken: 'I', ExpiresIn: 300, RefreshToken: 'N' } }],
    reads: TOKENS,
  },
  "Cognito's refresh, which need not rotate": {
    source: { cognito: { url: 'http://127.0.0.1:9229', clientId: 'web', clientSecret: '{env.SECRET}', login: 'none' } },
    request: {
      url: 'http://127.0.0.1:9229/',
      body: '{"ClientId":"web","ClientSecret":"s3cret/+","RefreshToken":"R+/="}',
      headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.GetTokensFromRefreshToken' },
    },
    answer: [400, { __type: 'NotAuthorizedException', message: 'Refresh Token has been revoked' }],
    reads: {
      ok: false,
      signal: NETWORK.invalidGrant,
      said: 'NotAuthorizedException: Refresh Token has been revoked (HTTP 400)',
    },
  },
  "Firebase's login, in camel case": {
    source: { firebase: { apiKey: '{env.API_KEY}' } },
    step: 'login',
    request: {
      url: 'https://identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=key%261',
      body: '{"email":"a@b.c","password":"p w\\"&","returnSecureToken":true}',
    },
    answer: [200, { idToken: 'A', refreshToken: 'N', expiresIn: '300', localId: 'u' }],
    reads: TOKENS,
  },
  "Firebase's refresh, in snake case": {
    source: { firebase: { apiKey: '{env.API_KEY}', emulator: 'http://127.0.0.1:9099' } },
    request: {
      url: 'http://127.0.0.1:9099/securetoken.googleapis.com/v1/token?key=key%261',
      body: 'grant_type=refresh_token&refresh_token=R%2B%2F%3D',
    },
    answer: [200, { access_token: 'X', id_token: 'A', expires_in: '300', refresh_token: 'N', user_id: 'u' }],
    reads: TOKENS,
  },
  "Firebase's refusal": {
    source: { firebase: { apiKey: '{env.API_KEY}' } },
    request: {
      url: 'https://securetoken.googleapis.com/v1/token?key=key%261',
      body: 'grant_type=refresh_token&refresh_token=R%2B%2F%3D',
    },
    answer: [400, { error: { code: 400, message: 'TOKEN_EXPIRED', status: 'INVALID_ARGUMENT' } }],
    reads: { ok: false, signal: NETWORK.invalidGrant, said: 'TOKEN_EXPIRED: INVALID_ARGUMENT (HTTP 400)' },
  },
  Supabase: {
    source: { supabase: { url: 'https://p.supabase.co', apiKey: '{env.API_KEY}' } },
    request: {
      url: 'https://p.supabase.co/auth/v1/token?grant_type=refresh_token',
      body: '{"refresh_token":"R+/="}',
      headers: { apikey: 'key&1' },
    },
    answer: [200, { ...OAUTH, expires_at: NOW_MS / 1000 + 3600, user: {} }],
    reads: { ...TOKENS, expiresInMs: 3_600_000 },
  },
  'a home-grown service with nested tokens and an absolute expiry in ms': {
    source: {
      endpoint: {
        refresh: {
          url: 'https://api.test/auth/refresh',
          json: { refreshToken: '{refresh}' },
          answer: { access: 'data.accessToken', refresh: 'data.refreshToken', expiresAt: 'data.accessTokenExpiresAt' },
        },
      },
    },
    request: { url: 'https://api.test/auth/refresh', body: '{"refreshToken":"R+/="}' },
    answer: [200, { data: { accessToken: 'A', refreshToken: 'N', accessTokenExpiresAt: NOW_MS + 60_000 } }],
    reads: { ...TOKENS, expiresInMs: 60_000 },
  },
  'a session in cookies, with one against forgery': {
    source: {
      'cookie-session': {
        login: 'https://app.test/login',
        refresh: 'https://app.test/refresh',
        csrf: 'https://app.test/sanctum/csrf-cookie',
        cookie: 'access',
        origin: 'https://app.test',
      },
    },
    request: {
      url: 'https://app.test/refresh',
      body: null,
      headers: { 'x-xsrf-token': 'x=', origin: 'https://app.test' },
    },
    answer: [204, '', { 'set-cookie': ['other=1', 'access=A; Max-Age=900; HttpOnly'] }],
    reads: { ok: true, access: 'A', refresh: null, expiresInMs: 900_000 },
  },
  'a token in a header': {
    source: { endpoint: { login: { url: 'https://api.test/login', answer: { access: { header: 'Authorization' } } } } },
    step: 'login',
    request: { url: 'https://api.test/login', body: null },
    answer: [200, '', { authorization: 'Bearer A' }],
    reads: { ok: true, access: 'A', refresh: null, expiresInMs: null },
  },
};

it.each(Object.entries(SHAPES))('%s', (_, { source, step = 'refresh', request, answer, reads }) => {
  const { request: template, answer: reading } = ready(source)[step] as TokenStep;
  const built = buildRequest(template, VALUES);
  expect(built).toMatchObject({ method: 'POST', ...request, headers: request.headers ?? {} });
  expect(readTokenAnswer(reading, answered(...answer), NOW_MS)).toMatchObject(reads);
});
