import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import type { Algorithm } from '../core/token/carrier.ts';
import { wall } from '../core/time/instant.ts';
import { DirectJws } from './direct-jws.ts';
import { ownKey } from './key-source.ts';
import { importSigningKey, type SigningKey } from './keys.ts';
import { verifyWithJose, verifyAccessToken } from './verify.ts';

const ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const satisfies readonly Algorithm[];
const SECRET = Buffer.alloc(32, 7);
const KID = 'k1';
const NOW_MS = 100_000;
const EXPECTED = { issuer: 'i', audience: 'a' };
const HEADER = { alg: 'HS256', kid: KID, typ: 'JWT' };

const PAIRS: Readonly<Record<Algorithm, KeyObject>> = {
  HS256: createSecretKey(SECRET),
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  EdDSA: generateKeyPairSync('ed25519').privateKey,
};

function keyOf(algorithm: Algorithm, kid = KID): Promise<SigningKey> {
  const jwk = PAIRS[algorithm].export({ format: 'jwk' });
  return importSigningKey({ ...jwk, kid }, algorithm);
}

function secretWith(secret: Buffer, kid: string): DirectJws {
  const key = createSecretKey(secret);
  return new DirectJws('HS256', kid, { signing: key, verifying: key });
}

test('a token of HS256 is to the byte the one that jose signs', async () => {
  const { direct, signing } = await keyOf('HS256');
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), async (made) => {
      const payload = JSON.parse(JSON.stringify(made)) as Record<string, unknown>;
      const byJose = await new SignJWT(payload).setProtectedHeader(HEADER).sign(signing);
      expect(direct?.sign(payload)).toBe(byJose);
    }),
  );
});

describe.each(ALGORITHMS)('a token of %s', (algorithm) => {
  const payload = { sub: 'client-1', name: 'Zoë 🐬' };

  test('is signed as jose verifies it, except with RSA, which is left to jose', async () => {
    const { direct, verifying } = await keyOf(algorithm);
    const token = direct?.sign(payload);
    expect(token === undefined).toBe(algorithm === 'RS256');
    if (token === undefined) return;
    expect(decodeProtectedHeader(token)).toEqual({ ...HEADER, alg: algorithm });
    expect((await jwtVerify(token, verifying)).payload).toEqual(payload);
  });

  test('that jose signs is opened, with users’ names that are not ASCII', async () => {
    const { direct, signing } = await keyOf(algorithm);
    const token = await new SignJWT(payload).setProtectedHeader({ ...HEADER, alg: algorithm }).sign(signing);
    expect(direct?.open(token)).toEqual(payload);
  });

  test('is not opened by a key with another kid', async () => {
    const token = await new SignJWT(payload)
      .setProtectedHeader({ ...HEADER, alg: algorithm })
      .sign((await keyOf(algorithm)).signing);
    expect((await keyOf(algorithm, 'k2')).direct?.open(token)).toBeUndefined();
  });
});

test('a token is not opened with another secret', () => {
  const token = secretWith(Buffer.alloc(32, 8), KID).sign({ sub: 'client-1' });
  expect(token).toBeDefined();
  expect(secretWith(SECRET, KID).open(token ?? '')).toBeUndefined();
});

test('a token of an RSA key that jose refuses as too short is not opened', () => {
  const { privateKey: signing, publicKey: verifying } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const text = ['{"alg":"RS256","kid":"k1","typ":"JWT"}', '{}'].map((part) => Buffer.from(part).toString('base64url'));
  const token = `${text.join('.')}.${sign('sha256', Buffer.from(text.join('.')), signing).toString('base64url')}`;
  expect(new DirectJws('RS256', KID, { signing, verifying }).open(token)).toBeUndefined();
});

/** Draws the usual value in most cases. */
function mostly<T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 3 * others.length, arbitrary: fc.constant(usual) }, fc.constantFrom(...others));
}

const numericDate = fc.oneof(
  { weight: 10, arbitrary: fc.double({ min: 98, max: 102, noNaN: true }) },
  { weight: 5, arbitrary: fc.integer({ min: 98, max: 102 }) },
  { weight: 1, arbitrary: fc.constantFrom(null, '100', true, [101], 1e300) },
);
const claims = fc.record(
  {
    sub: mostly<unknown>('client-1', 'client-01', 'client-4294967296', 'somebody', 7),
    iss: mostly<unknown>('i', 'j', ['i']),
    aud: mostly<unknown>('a', ['a', 'b'], 'b', ['a', 7]),
    iat: fc.option(numericDate, { nil: undefined, freq: 9 }),
    nbf: fc.option(numericDate, { nil: undefined, freq: 2 }),
    exp: fc.option(numericDate, { nil: undefined, freq: 9 }),
    scope: fc.constantFrom('command', ''),
    tenant: fc.constantFrom('t1', '~'),
  },
  { requiredKeys: ['sub', 'iss', 'aud', 'iat', 'exp'] },
);
const header = mostly<Readonly<Record<string, unknown>>>(
  {},
  { typ: undefined, kid: undefined },
  { kid: 'k2' },
  { alg: 'HS512' },
  { crit: ['b64'], b64: false },
);
/** The byte of `~`. */
const TILDE = 0x7e;

/** How a part of a token is written: base64url, and what decoders may take for it. */
const writing = mostly<(text: Buffer) => string>(
  (text) => text.toString('base64url'),
  (text) => text.toString('base64'),
  (text) => `${text.toString('base64url')} `,
  (text) => `${text.toString('base64url')}Ł`,
  (text) => Buffer.from(text.map((byte) => (byte === TILDE ? 0xff : byte))).toString('base64url'),
  (text) => Buffer.concat([Buffer.from('\ufeff'), text]).toString('base64url'),
  () => Buffer.from('[]').toString('base64url'),
);
const edit = fc.record({
  at: fc.nat(600),
  deleted: fc.nat(2),
  inserted: fc.constantFrom('', 'A', '.', '+', '=', 'Ł', ' '),
});

/** Whether the text is signed before or after it is edited, or not edited. */
const when = fc.constantFrom('never', 'never', 'before', 'after');

test.each([
  ['HS256', 2000],
  ['RS256', 300],
  ['ES256', 500],
  ['EdDSA', 300],
] as const)(
  'a verdict on a token of %s is always the one that jose comes to, whatever the token',
  async (algorithm, numRuns) => {
    const keys = ownKey(await keyOf(algorithm));
    let accepted = 0;
    let opened = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.record({ header, claims, writeHeader: writing, writeClaims: writing, edit, when }),
        fc.integer({ min: NOW_MS - 2000, max: NOW_MS + 2000 }),
        async (parts, nowMs) => {
          const token = written(parts, algorithm);
          const verdict = await verifyAccessToken(keys, token, EXPECTED, wall(nowMs));
          expect(verdict).toEqual(await verifyWithJose(keys, token, EXPECTED, wall(nowMs)));
          if (verdict.ok) accepted += 1;
          if (keys.open(token) !== undefined) opened += 1;
        },
      ),
      { numRuns, seed: 1 },
    );
    expect(accepted).toBeGreaterThan(numRuns / 100);
    expect(opened).toBeGreaterThan(numRuns / 100);
  },
);

interface Parts {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: unknown;
  readonly writeHeader: (text: Buffer) => string;
  readonly writeClaims: (text: Buffer) => string;
  readonly edit: { readonly at: number; readonly deleted: number; readonly inserted: string };
  readonly when: string;
}

function written(parts: Parts, algorithm: Algorithm): string {
  const head = json({ ...HEADER, alg: algorithm, ...parts.header });
  const text = `${parts.writeHeader(head)}.${parts.writeClaims(json(parts.claims))}`;
  const signed = parts.when === 'after' ? edited(text, parts) : text;
  const token = `${signed}.${signatureOf(algorithm, Buffer.from(signed)).toString('base64url')}`;
  return parts.when === 'before' ? edited(token, parts) : token;
}

function signatureOf(algorithm: Algorithm, text: Buffer): Buffer {
  const key = PAIRS[algorithm];
  if (algorithm === 'HS256') return createHmac('sha256', key).update(text).digest();
  return sign(algorithm === 'EdDSA' ? null : 'sha256', text, { key, dsaEncoding: 'ieee-p1363' });
}

function edited(text: string, { edit: { at, deleted, inserted } }: Parts): string {
  const from = at % text.length;
  return text.slice(0, from) + inserted + text.slice(from + deleted);
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
