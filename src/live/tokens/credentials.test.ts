import fc from 'fast-check';
import { decodeJwt, UnsecuredJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { readTemplate, type Template } from '../../core/template/template.ts';
import { wall } from '../../core/time/instant.ts';
import { importSigningKey, shippedTestJwk } from '../../jwt/keys.ts';
import { RefreshTokens } from '../../jwt/refresh-token.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { validityOf, type Credentials, type Minter, type Validity } from './credentials.ts';
import { firstCredentials, mintingMs } from './first-credentials.ts';
import { firstTokens } from './first-tokens.ts';
import { plainEndpoint } from './token-endpoint.ts';
import type { TokenAccess } from './token-access.ts';

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
  const { tokens: plan } = parseScenario('duration: 20s\nclients: { count: 1 }', 'first.yaml');
  const foreign: TokenAccess = {
    privateJwk: {},
    endpoint: plainEndpoint('http://127.0.0.1/', '127.0.0.1'),
    refreshSecret: null,
  };

  async function first(
    changed: Partial<TokenAccess>,
    of: readonly number[],
    source = plan.source,
  ): Promise<Credentials> {
    const credentials: Credentials = { access: [], refresh: [] };
    const tokens = firstTokens({
      plan: { ...plan, source },
      access: { ...foreign, ...changed },
      minter: await minter(),
      numberOf: (client) => of[client]!,
      holesOf: (client) => ({
        client: of[client]!,
        user: { access: `opaque-${of[client]}`, refresh: `r-${of[client]}` },
      }),
      firstValidityOf: validity,
      wallNow: () => NOW,
    });
    await firstCredentials({ first: tokens! }, credentials, of.length, (client, lasting) =>
      lastings.set(client, lasting),
    );
    return credentials;
  }
  const lastings = new Map<number, Validity>();

  test('are an access token for each client, by its number in the whole population', async () => {
    const { access } = await first({ endpoint: null }, numbers);
    expect(access.map((jwt) => decodeJwt(jwt))).toMatchObject(
      numbers.map((number) => ({ sub: `client-${number}`, iat: number, exp: number + 60, iss: 'i', aud: 'a' })),
    );
    expect(lastings.get(69)).toEqual(validity(numbers[69]!));
  });

  test('hold refresh tokens that the embedded target can open, of one session for each client', async () => {
    const refreshSecret = Buffer.alloc(32, 7).toString('base64url');
    const { refresh } = await first({ refreshSecret }, numbers);
    const opener = new RefreshTokens(refreshSecret);
    expect(refresh.map((each) => opener.open(each))).toEqual(
      numbers.map((client) => ({ client, session: client, generation: 0 })),
    );
  });

  test("hold the user's own refresh tokens for a foreign endpoint", async () => {
    const file = { access: null, refresh: templateOf('{user.refresh}') };
    const { refresh } = await first({}, [2, 0, 9], { ...plan.source, file });
    expect(refresh).toEqual(['r-2', 'r-0', 'r-9']);
  });

  test('hold no refresh tokens where squall mints', async () => {
    expect((await first({ endpoint: null }, [0])).refresh).toEqual([]);
  });

  test('come from columns of users, and last as long as tokens of the scenario where they do not say', async () => {
    const file = { access: templateOf('{user.access}'), refresh: null };
    const { access } = await first({ endpoint: null }, [4, 5], { mint: null, file, endpoint: null });
    expect(access).toEqual(['opaque-4', 'opaque-5']);
    expect(lastings.get(1)).toEqual({ issuedAt: NOW, expiresAt: NOW + plan.lifetimeMs });
  });

  test('take some time to mint, which is measured', async () => {
    expect(await mintingMs(await minter())).toBeGreaterThan(0);
  });
});

function templateOf(text: string): Template {
  const template = readTemplate(text);
  if ('unknownHole' in template) throw new Error(template.unknownHole);
  return template;
}

async function minter(): Promise<Minter> {
  return { key: await importSigningKey(await shippedTestJwk('HS256'), 'HS256'), issuer: 'i', audience: 'a' };
}

function validity(number: number): Validity {
  return { issuedAt: wall(number * 1000), expiresAt: wall((number + 60) * 1000) };
}
