import { calculateJwkThumbprint, createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Algorithm } from '../core/token/carrier.ts';
import { wall } from '../core/time/instant.ts';
import { FLAW_NAMES, mintBadToken, type Flaw } from './bad.ts';
import { ownKey } from './key-source.ts';
import { importSigningKey, isShippedTestKey, jwksOf, shippedTestJwk, type SigningKey } from './keys.ts';
import { mintAccessToken, type AccessClaims } from './mint.ts';
import { verifyAccessToken, type TokenFlaw } from './verify.ts';

const ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const satisfies readonly Algorithm[];
const NOW = 1_700_000_000_250;
const CLAIMS: AccessClaims = {
  client: 7,
  session: '7.0',
  issuer: 'https://issuer.test',
  audience: 'gateway',
  issuedAt: wall(NOW),
  expiresAt: wall(NOW + 2500),
};
const EXPECTED = { issuer: CLAIMS.issuer, audience: CLAIMS.audience };

async function testKey(algorithm: Algorithm): Promise<SigningKey> {
  return importSigningKey(await shippedTestJwk(algorithm), algorithm);
}

describe.each(ALGORITHMS)('with %s', (algorithm) => {
  it('a minted token verifies, with its client and its expiry', async () => {
    const key = await testKey(algorithm);
    const verdict = await verifyAccessToken(ownKey(key), await mintAccessToken(key, CLAIMS), EXPECTED, wall(NOW));
    expect(verdict).toEqual({ ok: true, client: 7, expiresAt: NOW + 2500, mayCommand: true });
  });

  it.each(FLAW_NAMES)('a token with the flaw %s is refused for that reason', async (flaw) => {
    const why: Record<Flaw, TokenFlaw> = {
      expired: 'expired',
      'not-yet': 'not-yet-valid',
      'wrong-signature': 'signature',
      'alg-none': 'algorithm',
      'alg-confusion': 'algorithm',
      'wrong-audience': 'audience',
      'wrong-issuer': 'issuer',
      'no-expiry': 'claims',
      'unknown-kid': 'unknown-key',
      truncated: 'signature',
    };
    const key = await testKey(algorithm);
    const verdict = await verifyAccessToken(ownKey(key), await mintBadToken(key, CLAIMS, flaw), EXPECTED, wall(NOW));
    expect(verdict).toEqual({ ok: false, flaw: why[flaw] });
  });

  it('the shipped key is recognised under any kid', async () => {
    const jwk = await shippedTestJwk(algorithm);
    expect(jwk['kid']).toBe(`squall-test-${algorithm.toLowerCase()}`);
    expect(await isShippedTestKey({ ...jwk, kid: 'mine' })).toBe(true);
  });

  it('the published key set verifies tokens that the private key signed, and holds no secret', async () => {
    const key = await testKey(algorithm);
    const jwks = jwksOf(key);
    expect(jwks.keys).toHaveLength(algorithm === 'HS256' ? 0 : 1);
    for (const jwk of jwks.keys) {
      expect(Object.keys(jwk)).not.toContain('d');
      const verified = await jwtVerify(await mintAccessToken(key, CLAIMS), createLocalJWKSet({ keys: [jwk] }), {
        currentDate: new Date(NOW),
      });
      expect(verified.payload.sub).toBe('client-7');
    }
  });
});

describe('the boundary of validity', () => {
  it.each([
    [2499, true],
    [2500, false],
    [2501, false],
  ])('a token with a fractional exp, %i ms after the start of its 2500 ms, is valid: %s', async (afterMs, valid) => {
    const key = await testKey('ES256');
    const verdict = await verifyAccessToken(
      ownKey(key),
      await mintAccessToken(key, CLAIMS),
      EXPECTED,
      wall(NOW + afterMs),
    );
    expect(verdict.ok).toBe(valid);
  });

  it('no two tokens share a jti', async () => {
    const key = await testKey('HS256');
    const tokens = await Promise.all(Array.from({ length: 50 }, () => mintAccessToken(key, CLAIMS)));
    expect(new Set(tokens.map((token) => decodeJwt(token).jti)).size).toBe(50);
  });

  it.each(['', '.', '..', 'a.b.c', '\u0000', 'eyJhbGciOiJFUzI1NiJ9..', 'é.é.é'])(
    'garbage (%j) is a verdict, not an exception',
    async (garbage) => {
      const key = await testKey('ES256');
      expect((await verifyAccessToken(ownKey(key), garbage, EXPECTED, wall(NOW))).ok).toBe(false);
    },
  );
});

describe('keys', () => {
  it('a user’s own key is not recognised as a shipped one', async () => {
    const k = Buffer.alloc(32, 7).toString('base64url');
    expect(await isShippedTestKey({ kty: 'oct', k })).toBe(false);
  });

  it('a key without a kid gets its thumbprint', async () => {
    const { kid: _kid, ...jwk } = await shippedTestJwk('ES256');
    expect((await importSigningKey(jwk, 'ES256')).kid).toBe(await calculateJwkThumbprint(jwk));
  });

  it.each([
    ['RS256', { kty: 'EC' }, 'JWK member "kty" is "EC": RS256 needs "RSA"'],
    ['ES256', { kty: 'EC', crv: 'P-521' }, 'JWK member "crv" is "P-521": ES256 needs "P-256"'],
    ['ES256', { kty: 'EC', crv: 'P-256', alg: 'ES384' }, 'JWK member "alg" is "ES384": ES256 needs "ES256"'],
    [
      'EdDSA',
      { kty: 'OKP', crv: 'Ed25519', x: 'x' },
      'JWK member "d" is missing: EdDSA needs the whole private OKP key',
    ],
    ['HS256', { kty: 'oct', k: 'c2hvcnQ' }, 'JWK member "k" holds 5 bytes: HS256 needs at least 32'],
    ['HS256', { kty: 7 }, 'JWK member "kty" is number: HS256 needs "oct"'],
  ] as const)('%s refuses a key that does not fit: %j', async (algorithm, jwk, message) => {
    await expect(importSigningKey(jwk, algorithm)).rejects.toThrow(message);
  });
});
