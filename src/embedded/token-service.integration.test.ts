import { once } from 'node:events';
import { connect } from 'node:net';
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose';
import { describe, expect, it } from 'vitest';
import { shippedTestJwk } from '../jwt/keys.ts';
import { REFRESH_TOKENS, startRig } from './rig.test.helper.ts';

const seal = (client: number, generation: number) => REFRESH_TOKENS.seal({ client, session: client, generation });

interface TokenResponse {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly refresh_token: string;
}

async function tokens(response: Response): Promise<TokenResponse> {
  expect(response.status).toBe(200);
  return (await response.json()) as TokenResponse;
}

describe('a refresh', () => {
  it('is answered by RFC 6749 section 5.1, with a token that the published keys verify', async () => {
    const rig = await startRig({ lifetimeMs: 2500 });
    const response = await rig.refresh(seal(3, 0));
    expect(response.headers.get('cache-control')).toBe('no-store');
    const answer = await tokens(response);
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 2 });
    expect(REFRESH_TOKENS.open(answer.refresh_token)).toEqual({ client: 3, session: 3, generation: 1 });

    const jwks = await fetch(new URL('/.well-known/jwks.json', rig.target.tokenUrl));
    const { payload } = await jwtVerify(answer.access_token, createLocalJWKSet((await jwks.json()) as JSONWebKeySet), {
      issuer: rig.config.issuer,
      audience: rig.config.audience,
    });
    expect(payload).toMatchObject({ sub: 'client-3', sid: '3' });
    expect(Math.round(1000 * ((payload.exp ?? 0) - (payload.iat ?? 0)))).toBe(2500);
  });

  it('gives a token that the gateway accepts', async () => {
    const rig = await startRig();
    const { access_token } = await tokens(await rig.refresh(seal(3, 0)));
    await rig.dial({ headers: { authorization: `Bearer ${access_token}` } }).opened();
    expect(rig.target.counts()).toMatchObject({ refreshes: 1, handshakes: 1 });
  });

  it('may be repeated with the old token when the response was lost', async () => {
    const rig = await startRig();
    const lost = await tokens(await rig.refresh(seal(1, 0)));
    const again = await tokens(await rig.refresh(seal(1, 0)));
    expect(again.refresh_token).toBe(lost.refresh_token);
    expect(decodeJwt(again.access_token).jti).not.toBe(decodeJwt(lost.access_token).jti);
    await tokens(await rig.refresh(again.refresh_token));
    expect(rig.target.counts().reuseDetected).toBe(0);
  });

  it('with a token used twice ends the session for good', async () => {
    const rig = await startRig();
    const first = await tokens(await rig.refresh(seal(1, 0)));
    const second = await tokens(await rig.refresh(first.refresh_token));
    for (const token of [seal(1, 0), second.refresh_token]) {
      const response = await rig.refresh(token);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: 'invalid_grant' });
    }
    expect(rig.target.counts()).toMatchObject({ reuseDetected: 1, refreshes: 2 });
  });

  it('works after a restart of the service, from any generation', async () => {
    const before = await startRig();
    const { refresh_token } = await tokens(await before.refresh(seal(1, 6)));
    const after = await startRig();
    const next = await tokens(await after.refresh(refresh_token));
    expect(REFRESH_TOKENS.open(next.refresh_token)?.generation).toBe(8);
  });
});

describe('a bad request', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  it.each([
    ['no grant type', '/token', { method: 'POST', body: 'refresh_token=x', headers: form }, 400, 'invalid_request'],
    ['no token', '/token', { method: 'POST', body: 'grant_type=refresh_token' }, 400, 'invalid_request'],
    [
      'another grant',
      '/token',
      { method: 'POST', body: 'grant_type=password&refresh_token=x' },
      400,
      'unsupported_grant_type',
    ],
    [
      'a forged token',
      '/token',
      { method: 'POST', body: `grant_type=refresh_token&refresh_token=${'A'.repeat(59)}` },
      400,
      'invalid_grant',
    ],
    [
      'a client beyond the run',
      '/token',
      { method: 'POST', body: `grant_type=refresh_token&refresh_token=${seal(10, 0)}` },
      400,
      'invalid_grant',
    ],
    ['another method', '/token', { method: 'GET' }, 405, 'method_not_allowed'],
    ['another path', '/other', { method: 'POST' }, 404, 'not_found'],
    ['a large body', '/token', { method: 'POST', body: 'x'.repeat(9000) }, 413, 'invalid_request'],
  ])('%s: %s', async (_what, path, init, status, error) => {
    const rig = await startRig();
    const response = await fetch(new URL(path, rig.target.tokenUrl), init);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error });
  });

  it('a client that sends nothing, half a head or half a body is disconnected', async () => {
    const rig = await startRig();
    const openings = [
      '',
      'POST /token HTTP/1.1\r\nHost',
      'POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ngrant',
    ];
    await Promise.all(
      [rig.target.gatewayUrl, rig.target.tokenUrl].flatMap((url) =>
        openings.map((opening) => {
          const socket = connect(Number(new URL(url).port), '127.0.0.1');
          socket.on('error', () => {});
          socket.resume();
          socket.write(opening);
          return once(socket, 'close');
        }),
      ),
    );
    expect((await rig.refresh(seal(1, 0))).status).toBe(200);
  });

  it('an HS256 target publishes no key', async () => {
    const rig = await startRig({ algorithm: 'HS256', privateJwk: await shippedTestJwk('HS256') });
    const jwks = await fetch(new URL('/.well-known/jwks.json', rig.target.tokenUrl));
    expect(await jwks.json()).toEqual({ keys: [] });
  });
});
