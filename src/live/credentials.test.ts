import fc from 'fast-check';
import { decodeJwt, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { wall } from '../core/time/instant.ts';
import { importSigningKey, shippedTestJwk } from '../jwt/keys.ts';
import { RefreshTokens } from '../jwt/refresh-token.ts';
import { validityOf, type Minter, type Validity } from './credentials.ts';
import { firstCredentials, mintingMs } from './first-credentials.ts';
import type { TokenAccess } from './shard-messages.ts';

const NOW = wall(1_700_000_000_000);

function token(claims: object): string {
  return new UnsecuredJWT({ ...claims }).encode();
}

describe('how long a token lasts', () => {
  test.each<[string, string, number | null, [number, number] | null]>([
    ['its own claims', token({ iat: 100, exp: 160.5 }), 5, [100_000, 160_500]],
    ['its expiry, and issued now', token({ exp: 160 }), 5, [NOW, 160_000]],
    ['what the endpoint said, where it is silent', token({ iat: 100 }), 5000, [100_000, NOW + 5000]],
    ['what the endpoint said, where it is no JWT', 'opaque', 5000, [NOW, NOW + 5000]],
    ['nobody, where nobody says', 'opaque', null, null],
    ['nobody, where its expiry is no number', token({ exp: 'tomorrow' }), null, null],
    ['nobody, where its expiry is no instant', token({ exp: 1e300 }), null, null],
  ])('is given by %s', (_, jwt, expiresInMs, expected) => {
    const lasting = expected && { issuedAt: expected[0], expiresAt: expected[1] };
    expect(validityOf(jwt, expiresInMs, NOW)).toEqual(lasting);
  });

  test('is finite, and never throws, whatever the token says', () => {
    const claim = fc.oneof(fc.double(), fc.string(), fc.constant(null));
    const claims = fc.record({ iat: claim, exp: claim }, { requiredKeys: [] });
    const encoded = claims.map((each) => `e30.${Buffer.from(JSON.stringify(each)).toString('base64url')}.`);
    fc.assert(
      fc.property(fc.oneof(encoded, fc.string()), (jwt) => {
        const read = validityOf(jwt, 1000, NOW);
        expect(Number.isFinite(read?.issuedAt) && Number.isFinite(read?.expiresAt)).toBe(true);
      }),
    );
  });
});

describe('the first credentials', () => {
  const numbers = Array.from({ length: 70 }, (_, client) => 3 * client + 1);
  const foreign: TokenAccess = {
    privateJwk: {},
    endpoint: { url: 'http://127.0.0.1/', address: '127.0.0.1' },
    refreshSecret: null,
    refreshTokens: ['r0', 'r1', 'r2'],
  };

  test('are an access token for each client, by its number in the whole population', async () => {
    const { access } = await firstCredentials(await minter(), { ...foreign, endpoint: null }, numbers, validity);
    expect(access.map((jwt) => decodeJwt(jwt))).toMatchObject(
      numbers.map((number) => ({ sub: `client-${number}`, iat: number, exp: number + 60, iss: 'i', aud: 'a' })),
    );
  });

  test('hold refresh tokens that the embedded target can open, of one session for each client', async () => {
    const refreshSecret = Buffer.alloc(32, 7).toString('base64url');
    const { refresh } = await firstCredentials(await minter(), { ...foreign, refreshSecret }, numbers, validity);
    const opener = new RefreshTokens(refreshSecret);
    expect(refresh.map((each) => opener.open(each))).toEqual(
      numbers.map((client) => ({ client, session: client, generation: 0 })),
    );
  });

  test("hold the user's own refresh tokens for a foreign endpoint, and none where they do not suffice", async () => {
    const { refresh } = await firstCredentials(await minter(), foreign, [2, 0, 9], validity);
    expect(refresh).toEqual(['r2', 'r0', '']);
  });

  test('hold no refresh tokens where squall mints', async () => {
    const { refresh } = await firstCredentials(await minter(), { ...foreign, endpoint: null }, [0], validity);
    expect(refresh).toEqual([]);
  });

  test('take some time to mint, which is measured', async () => {
    expect(await mintingMs(await minter())).toBeGreaterThan(0);
  });
});

async function minter(): Promise<Minter> {
  return { key: await importSigningKey(await shippedTestJwk('HS256'), 'HS256'), issuer: 'i', audience: 'a' };
}

function validity(number: number): Validity {
  return { issuedAt: wall(number * 1000), expiresAt: wall((number + 60) * 1000) };
}
