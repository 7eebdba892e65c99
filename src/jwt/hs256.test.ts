import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { wall } from '../core/time/instant.ts';
import { Hs256 } from './hs256.ts';
import { ownKey } from './key-source.ts';
import { importSigningKey } from './keys.ts';
import { verifyWithJose, verifyAccessToken } from './verify.ts';

const SECRET = Buffer.alloc(32, 7);
const KID = 'k1';
const NOW_MS = 100_000;
const EXPECTED = { issuer: 'i', audience: 'a' };
const HEADER = { alg: 'HS256', kid: KID, typ: 'JWT' };

const key = await importSigningKey({ kty: 'oct', k: SECRET.toString('base64url'), kid: KID }, 'HS256');
const keys = ownKey(key);
const hs256 = new Hs256(SECRET, KID);

describe('a token that Hs256 signs', () => {
  test('is to the byte the one that jose signs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), async (made) => {
        const payload = JSON.parse(JSON.stringify(made)) as Record<string, unknown>;
        const byJose = await new SignJWT(payload).setProtectedHeader(HEADER).sign(key.signing);
        expect(hs256.sign(payload)).toBe(byJose);
      }),
    );
  });

  test('is opened by it, with users’ names that are not ASCII', () => {
    const payload = { sub: 'client-1', name: 'Zoë 🐬' };
    expect(hs256.open(hs256.sign(payload))).toEqual(payload);
  });

  test('is not opened with another secret or another kid', () => {
    expect(hs256.open(new Hs256(Buffer.alloc(32, 8), KID).sign({ sub: 'client-1' }))).toBeUndefined();
    expect(hs256.open(new Hs256(SECRET, 'k2').sign({ sub: 'client-1' }))).toBeUndefined();
  });
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
const header = mostly<unknown>(
  HEADER,
  { alg: 'HS256' },
  { ...HEADER, kid: 'k2' },
  { ...HEADER, alg: 'HS512' },
  { ...HEADER, crit: ['b64'], b64: false },
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

test('a verdict is always the one that jose comes to, whatever the token', async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.record({ header, claims, writeHeader: writing, writeClaims: writing, edit, when }),
      fc.integer({ min: NOW_MS - 2000, max: NOW_MS + 2000 }),
      async (parts, nowMs) => {
        const token = written(parts);
        const verdict = await verifyAccessToken(keys, token, EXPECTED, wall(nowMs));
        expect(verdict).toEqual(await verifyWithJose(keys, token, EXPECTED, wall(nowMs)));
        if (verdict.ok) accepted += 1;
      },
    ),
    { numRuns: 2000, seed: 1 },
  );
  expect(accepted).toBeGreaterThan(20);
});

interface Parts {
  readonly header: unknown;
  readonly claims: unknown;
  readonly writeHeader: (text: Buffer) => string;
  readonly writeClaims: (text: Buffer) => string;
  readonly edit: { readonly at: number; readonly deleted: number; readonly inserted: string };
  readonly when: string;
}

function written(parts: Parts): string {
  const text = `${parts.writeHeader(json(parts.header))}.${parts.writeClaims(json(parts.claims))}`;
  const signed = parts.when === 'after' ? edited(text, parts) : text;
  const token = `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
  return parts.when === 'before' ? edited(token, parts) : token;
}

function edited(text: string, { edit: { at, deleted, inserted } }: Parts): string {
  const from = at % text.length;
  return text.slice(0, from) + inserted + text.slice(from + deleted);
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
