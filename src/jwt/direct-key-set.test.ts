import { createLocalJWKSet, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import { DirectKeySet } from './direct-key-set.ts';
import { freshSigningKey, importSigningKey, jwksOf, shippedTestJwk, type SigningKey } from './keys.ts';
import { sign } from './mint.ts';

const PAYLOAD = { sub: 'client-1' };

async function signedBy(key: SigningKey): Promise<string> {
  return sign(key, PAYLOAD);
}

describe('a set of keys', () => {
  test.each(['RS256', 'ES256', 'EdDSA'] as const)(
    'opens the tokens of each of its keys, and no other (%s)',
    async (algorithm) => {
      const [one, other, stranger] = [
        await freshSigningKey(algorithm),
        await freshSigningKey(algorithm),
        await freshSigningKey(algorithm),
      ];
      const direct = new DirectKeySet(algorithm);
      const set = jwksOf(one, other);
      expect(direct.open(set, await signedBy(one))).toEqual(PAYLOAD);
      expect(direct.open(set, await signedBy(other))).toEqual(PAYLOAD);
      expect(direct.open(set, await signedBy(stranger))).toBeUndefined();
    },
  );

  test('is read again when it has changed', async () => {
    const [old, fresh] = [await freshSigningKey('ES256'), await freshSigningKey('ES256')];
    const direct = new DirectKeySet('ES256');
    expect(direct.open(undefined, await signedBy(old))).toBeUndefined();
    expect(direct.open(jwksOf(old), await signedBy(old))).toEqual(PAYLOAD);
    expect(direct.open(jwksOf(fresh), await signedBy(old))).toBeUndefined();
    expect(direct.open(jwksOf(fresh), await signedBy(fresh))).toEqual(PAYLOAD);
  });

  test('leaves to jose what jose has a rule for', async () => {
    const key = await freshSigningKey('ES256');
    const token = await signedBy(key);
    const [jwk] = jwksOf(key).keys;
    const opened = (...keys: object[]): unknown => new DirectKeySet('ES256').open({ keys }, token);
    expect(opened({ ...jwk })).toEqual(PAYLOAD);
    expect(opened({ ...jwk }, { ...jwk })).toBeUndefined();
    for (const unusual of [
      { alg: undefined },
      { alg: 'RS256' },
      { use: 'enc' },
      { key_ops: ['sign'] },
      { ext: 1 },
      { x: 'AA' },
    ])
      expect(opened({ ...jwk, ...unusual })).toBeUndefined();
  });

  test.each(['RS256', 'ES256', 'EdDSA'] as const)(
    'opens no token of a private key that it publishes, which jose refuses (%s)',
    async (algorithm) => {
      const jwk = await shippedTestJwk(algorithm);
      const key = await importSigningKey(jwk, algorithm);
      const token = await signedBy(key);
      const [own] = jwksOf(key).keys;
      for (const secret of [{ d: String(jwk['d']) }, { priv: String(jwk['d']) }]) {
        const keys = [{ ...own, ...secret }];
        const refusal: unknown = await jwtVerify(token, createLocalJWKSet({ keys })).catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(Error);
        expect(new DirectKeySet(algorithm).open({ keys }, token)).toBeUndefined();
      }
      await expect(jwtVerify(token, createLocalJWKSet(jwksOf(key)))).resolves.toBeDefined();
      expect(new DirectKeySet(algorithm).open(jwksOf(key), token)).toEqual(PAYLOAD);
    },
  );
});
