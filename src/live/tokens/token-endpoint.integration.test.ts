import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, jwtVerify, type JWK } from 'jose';
import { describe, expect, onTestFinished, test } from 'vitest';
import { NETWORK } from '../../core/signal.ts';
import { Environment } from '../../core/template/environment.ts';
import { CookieJar } from '../../identity/cookies.ts';
import { planOf } from '../../identity/endpoint-rig.test.helper.ts';
import { ScenarioError } from '../../scenario/problem.ts';
import { RunRefused } from '../refused.ts';
import { prepareEndpoint } from './token-endpoint.ts';
import { TokenRequests } from './token-requests.ts';

interface Asked {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Service {
  readonly url: string;
  readonly asked: Asked[];
}

async function service(answer: (asked: Asked, response: ServerResponse, url: string) => void): Promise<Service> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const each = { line: `${request.method} ${request.url}`, headers: request.headers, body };
      asked.push(each);
      answer(each, response, url);
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return { url, asked };
}

async function requestsOf(spelled: object): Promise<TokenRequests> {
  const environment = new Environment((name) => (name === 'SECRET' ? 's3cret/+' : undefined));
  const requests = new TokenRequests(
    await prepareEndpoint(planOf(spelled), environment, [], { tls: null, proxy: null }),
    false,
  );
  onTestFinished(() => requests.close());
  return requests;
}

const json = (response: ServerResponse, status: number, body: object, headers: object = {}): void =>
  void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

const never = (): AbortSignal => new AbortController().signal;
const USER = { client: 7, user: { email: 'a@b.c', username: 'ann', password: 'p w' } };
const GOOD = { access_token: 'A', refresh_token: 'N', expires_in: '60' };

describe('an endpoint', () => {
  test('gives first tokens by a login, and the next ones by a refresh, or by another login where there is no refresh token', async () => {
    const { url, asked } = await service((_, response) => json(response, 201, GOOD));
    const requests = await requestsOf({ keycloak: { url, realm: 'r', clientId: 'web', clientSecret: '{env.SECRET}' } });
    const tokens = { ok: true, access: 'A', refresh: 'N', expiresInMs: 60_000 };
    expect(await requests.login({ ...USER, refresh: '' }, null, never())).toEqual(tokens);
    expect(await requests.refresh({ ...USER, refresh: 'N' }, null, never())).toEqual(tokens);
    expect(await requests.refresh({ ...USER, refresh: '' }, null, never())).toEqual(tokens);
    const client = 'client_id=web&client_secret=s3cret%2F%2B';
    const login = `grant_type=password&username=ann&password=p%20w&${client}`;
    expect(asked.map(({ body }) => body)).toEqual([login, `grant_type=refresh_token&refresh_token=N&${client}`, login]);
    expect(asked[0]).toMatchObject({ line: 'POST /realms/r/protocol/openid-connect/token' });
    expect(asked[0]!.headers['user-agent']).toMatch(/^squall\//);
  });

  test('passes Retry-After on, ends a session by its own code, and does not follow redirects', async () => {
    const answers = [
      (response: ServerResponse) => json(response, 429, { error: { code: 'slow' } }, { 'retry-after': '7' }),
      (response: ServerResponse) => json(response, 409, { error: { code: 'revoked' } }),
      (response: ServerResponse) => json(response, 302, {}, { location: 'http://127.0.0.1:1/?code=s3cret' }),
    ];
    const { url, asked } = await service((_, response) => answers.shift()!(response));
    const answer = { errorAt: 'error.code', ends: ['revoked'] };
    const requests = await requestsOf({ endpoint: { refresh: { url, json: { r: '{refresh}' }, answer } } });
    const ask = () => requests.refresh({ client: 0, refresh: 'R' }, null, never());
    expect(await ask()).toEqual({ ok: false, signal: 429, said: 'slow (HTTP 429)', retryAfter: '7' });
    expect(await ask()).toEqual({ ok: false, signal: NETWORK.invalidGrant, said: 'revoked (HTTP 409)' });
    const redirect = 'HTTP 302 to 127.0.0.1:1, and redirects are not followed';
    expect(await ask()).toEqual({ ok: false, signal: 302, said: redirect });
    expect(asked).toHaveLength(3);
  });

  test('names variables that are not set, and hosts that are not allowed', async () => {
    const environment = new Environment(() => undefined);
    const unset = planOf({ oauth2: { url: 'http://127.0.0.1:1/', clientId: '{env.ID}' } });
    await prepareEndpoint(unset, environment, [], { tls: null, proxy: null });
    expect(environment.unset).toEqual([{ path: 'tokens.source.endpoint.client.id', name: 'ID' }]);
    const foreign = planOf({ oauth2: { url: 'http://192.0.2.1/token' } });
    await expect(prepareEndpoint(foreign, environment, [], { tls: null, proxy: null })).rejects.toThrow(RunRefused);
  });
});

describe('cookies', () => {
  test('are kept for each client, after a request against forgery whose cookie stands in a header', async () => {
    let issued = 0;
    const { url, asked } = await service(({ line, headers }, response) => {
      if (line === 'GET /csrf')
        return void response.writeHead(204, { 'set-cookie': `XSRF-TOKEN=x${issued++}%3D` }).end();
      if (headers['x-xsrf-token'] !== `x${issued - 1}=`) return json(response, 419, {});
      return void response.writeHead(204, { 'set-cookie': ['session=S; Max-Age=60', 'hint=h'] }).end();
    });
    const requests = await requestsOf({
      'cookie-session': {
        login: `${url}/login`,
        refresh: `${url}/refresh`,
        csrf: `${url}/csrf`,
        origin: 'https://app.test',
      },
    });
    const jar = new CookieJar();
    expect(await requests.login(USER, jar, never())).toMatchObject({ ok: true, access: 'S', expiresInMs: 60_000 });
    expect(await requests.refresh(USER, jar, never())).toMatchObject({ ok: true, access: 'S' });
    expect(asked.map(({ line }) => line)).toEqual(['GET /csrf', 'POST /login', 'POST /refresh']);
    expect(asked[1]).toMatchObject({
      body: '{"email":"a@b.c","password":"p w"}',
      headers: { origin: 'https://app.test' },
    });
    expect(asked[2]!.headers.cookie).toBe('XSRF-TOKEN=x0%3D; session=S; hint=h');
    // The service forgets the cookie against forgery: the next request is refused, and the one after it asks again.
    issued += 1;
    expect(await requests.refresh(USER, jar, never())).toMatchObject({ ok: false, signal: 419 });
    expect(await requests.refresh(USER, jar, never())).toMatchObject({ ok: true });
    expect(asked.slice(-3).map(({ line }) => line)).toEqual(['POST /refresh', 'GET /csrf', 'POST /refresh']);
  });

  test('that a service does not set end the request with the reason', async () => {
    const { url } = await service((_, response) => json(response, 200, {}));
    const requests = await requestsOf({ 'cookie-session': { login: `${url}/login`, csrf: `${url}/csrf` } });
    expect(await requests.login(USER, new CookieJar(), never())).toEqual({
      ok: false,
      signal: NETWORK.malformed,
      said: 'HTTP 200 to the request of csrf, without a cookie XSRF-TOKEN',
    });
  });
});

/** The discovery document of an issuer. */
function documentOf(url: string, more: object): object {
  return {
    issuer: url,
    token_endpoint: `${url}/as/token`,
    authorization_endpoint: `${url}/as/authorize`,
    jwks_uri: `${url}/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
    ...more,
  };
}

describe('discovery', () => {
  test('finds the token endpoint of an issuer and how its applications are authenticated', async () => {
    const methods = { token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'] };
    const { url, asked } = await service(({ line }, response, own) =>
      json(response, 200, line.startsWith('GET /.well-known/openid-configuration') ? documentOf(own, methods) : GOOD),
    );
    const requests = await requestsOf({ oauth2: { issuer: url, clientId: 'we:b', clientSecret: '{env.SECRET}' } });
    expect(await requests.refresh({ client: 0, refresh: 'R' }, null, never())).toMatchObject({ ok: true });
    expect(asked.map(({ line }) => line)).toEqual(['GET /.well-known/openid-configuration', 'POST /as/token']);
    expect(asked[1]!.headers.authorization).toBe(`Basic ${btoa('we%3Ab:s3cret%2F%2B')}`);
    expect(asked[1]!.body).toBe('grant_type=refresh_token&refresh_token=R');
  });

  test('takes the metadata of RFC 8414 where there is no OpenID Connect, and signs a fresh assertion for each request', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const file = await keyFile({ ...(await exportJWK(privateKey)), kid: 'k1' });
    const { url, asked } = await service(({ line }, response, own) => {
      if (line.startsWith('GET /.well-known/openid')) return json(response, 404, {});
      return json(response, 200, line.startsWith('GET') ? documentOf(own, {}) : GOOD);
    });
    const form = { grant_type: 'refresh_token', refresh_token: '{refresh}' };
    const requests = await requestsOf({
      endpoint: { oidc: url, client: { id: 'web', keyFile: file }, refresh: { form } },
    });
    for (let n = 0; n < 2; n++) await requests.refresh({ client: 0, refresh: 'R' }, null, never());
    const forms = asked.slice(2).map(({ body }) => new URLSearchParams(body));
    expect(forms.map((each) => each.get('client_assertion_type'))).toEqual(
      Array(2).fill('urn:ietf:params:oauth:client-assertion-type:jwt-bearer'),
    );
    const key = await importJWK(await exportJWK(publicKey), 'ES256');
    const claims = await Promise.all(
      forms.map(async (each) => {
        const assertion = each.get('client_assertion') ?? '';
        return (await jwtVerify(assertion, key, { issuer: 'web', subject: 'web', audience: url })).payload;
      }),
    );
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(2);
  });

  test.each<[string, (response: ServerResponse, url: string) => void]>([
    ['another issuer', (response, url) => json(response, 200, documentOf(`${url}/other`, {}))],
    [
      'no token endpoint',
      (response, url) => json(response, 200, { ...documentOf(url, {}), token_endpoint: undefined }),
    ],
    ...['ftp://127.0.0.1/token', 'http://web:secret@127.0.0.1/token', 'javascript:0'].map(
      (other): [string, (response: ServerResponse, url: string) => void] => [
        `a token endpoint ${other}`,
        (response, url) => json(response, 200, documentOf(url, { token_endpoint: other })),
      ],
    ),
    ['no JSON', (response) => response.end('<html>')],
    ['a redirect', (response) => json(response, 302, {}, { location: 'http://127.0.0.1:1/' })],
  ])('refuses %s', async (_, answer) => {
    const { url } = await service((_asked, response, own) => answer(response, own));
    await expect(requestsOf({ oauth2: { issuer: url, clientId: 'web' } })).rejects.toThrow(
      /^the issuer http:\/\/127\.0\.0\.1:\d+ has no discovery document that can be used/,
    );
  });

  test('checks the hosts of the issuer and of the token endpoint that it names', async () => {
    await expect(requestsOf({ oauth2: { issuer: 'http://192.0.2.1' } })).rejects.toThrow(RunRefused);
    const { url } = await service((_, response, own) =>
      json(response, 200, documentOf(own, { token_endpoint: 'http://192.0.2.1/token' })),
    );
    await expect(requestsOf({ oauth2: { issuer: url } })).rejects.toThrow('192.0.2.1 is not a loopback address');
  });
});

test('a key file without a key that can sign is refused, and never quoted', async () => {
  const file = await keyFile({ kty: 'oct', k: 'c2VjcmV0' });
  const refused = requestsOf({
    endpoint: { client: { id: 'web', keyFile: file }, login: { url: 'http://127.0.0.1:1/' } },
  });
  await expect(refused).rejects.toThrow(ScenarioError);
  await expect(refused).rejects.toThrow('no key pair that can sign');
});

async function keyFile(jwk: JWK): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'squall-key-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'key.jwk.json');
  writeFileSync(file, JSON.stringify(jwk), { mode: 0o600 });
  return file;
}
