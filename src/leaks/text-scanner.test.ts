import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wall } from '../core/time/instant.ts';
import { importSigningKey, shippedTestJwk } from '../jwt/keys.ts';
import { mintAccessToken } from '../jwt/mint.ts';
import { RefreshTokens } from '../jwt/refresh-token.ts';
import type { Finding } from './finding.ts';
import type { Fingerprints } from './fingerprints.ts';
import { readTokenRecord } from './read-record.ts';
import { beginTokenRecord, TokenRecord } from './token-record.ts';
import { TextScanner } from './text-scanner.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-leaks-'));
const file = join(folder, 'tokens.fp');
afterAll(() => rmSync(folder, { recursive: true }));

/** Tokens of a few clients: access tokens of every algorithm, then refresh tokens. */
let tokens: readonly string[];
let runs: readonly Fingerprints[];

beforeAll(async () => {
  const sealer = new RefreshTokens(randomBytes(32).toString('base64url'));
  const algorithms = ['HS256', 'ES256', 'RS256', 'EdDSA', 'ES256'] as const;
  const access = algorithms.map(async (algorithm, client) => {
    const key = await importSigningKey(await shippedTestJwk(algorithm), algorithm);
    const claims = { client, session: `s-${client}`, issuer: 'https://i.example/', audience: 'a' };
    return mintAccessToken(key, { ...claims, issuedAt: wall(Date.now()), expiresAt: wall(Date.now() + 1000) });
  });
  const refresh = algorithms.map((_, client) => sealer.seal({ client, session: client, generation: 1 }));
  tokens = [...(await Promise.all(access)), ...refresh];
  beginTokenRecord(file);
  const record = new TokenRecord(file, 1);
  for (const [n, token] of tokens.entries()) record.note(n % 5, n < 5 ? 'access' : 'refresh', token);
  record.close();
  runs = [(await readTokenRecord(file)).fingerprints];
});

function findingsIn(text: string | Buffer, pieceBytes = Infinity, known = runs): readonly Finding[] {
  const found: Finding[] = [];
  const scanner = new TextScanner(known, (finding) => found.push(finding));
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) scanner.take(bytes.subarray(at, at + pieceBytes));
  scanner.end();
  return found;
}

/** Lengths of the tokens that are found by their shape alone. */
function lengths(text: string): readonly number[] {
  return findingsIn(text, 700, []).map(({ foundChars }) => foundChars);
}

/** The part that identifies a token: a JWT's signature, or a whole refresh token. */
const tellingPart = (token: string): string => token.slice(token.lastIndexOf('.') + 1);

/** Forms in which a log may hold a token; each takes a random number. */
const MANNERS: Readonly<Record<string, (text: string, n: number) => string>> = {
  plain: (text) => text,
  'percent-encoded': (text) => encodeURIComponent(text).replaceAll('-', '%2D').replaceAll('.', '%2e'),
  'percent-encoded throughout': (text) => text.replaceAll(/./g, (char) => `%${char.charCodeAt(0).toString(16)}`),
  'percent-encoded twice': (text) => text.replaceAll('.', '%252E').replaceAll('_', '%255f'),
  'escaped for JSON': (text) => text.replaceAll('.', String.raw`\u002e`).replaceAll('_', String.raw`\u005F`),
  'in the alphabet of base64': (text) => text.replaceAll('-', '+').replaceAll('_', '/'),
  'in base64, escaped': (text) => text.replaceAll('-', '+').replaceAll('_', String.raw`\/`),
  wrapped: (text, n) => wrap(text, 20 + (n % 60), '\n'),
  'wrapped and indented': (text, n) => wrap(text, 5 + (n % 60), `\r\n${' '.repeat(n % 40)}`),
  'wrapped with backslashes': (text, n) => wrap(text, 10 + (n % 60), ' \\\n    '),
  'wrapped as quoted-printable': (text) => wrap(text, 75, '=\r\n'),
  'wrapped as string constants': (text) => wrap(text, 40, '" +\n      "'),
  'wrapped in a mail': (text) => wrap(text, 40, '\n> '),
  'wrapped in a JSON string': (text) => wrap(text, 64, String.raw`\n`),
  'in UTF-16': (text) => text.split('').join('\0'),
};

function wrap(text: string, chars: number, between: string): string {
  return (text.match(new RegExp(`.{1,${chars}}`, 'g')) ?? []).join(between);
}

const noise = fc.string({
  unit: fc.constantFrom(...' \n\t{}":,;()[]=%&<>abcxyz019.-_/+\\é'.split('')),
  maxLength: 300,
});
const before = fc.constantFrom(' ', '\n', '"', '(', '{"a":"', '<', 'é', ';', '=', ': ');

describe('a scan', () => {
  it.each(Object.keys(MANNERS))('finds a token that is %s, in any noise and read in pieces of any size', (name) => {
    const shapes = fc.record({
      token: fc.nat(9),
      n: fc.nat(1000),
      noise,
      before,
      after: noise,
      piece: fc.integer({ min: 1, max: 5000 }),
    });
    fc.assert(
      fc.property(shapes, ({ token, n, noise: head, before: edge, after, piece }) => {
        const held = MANNERS[name]!(tokens[token]!, n);
        const found = findingsIn(`${head}${edge}${held} ${after}`, piece).filter(({ owner }) => owner !== null);
        expect(found).toHaveLength(1);
        expect(found[0]).toMatchObject({
          owner: { client: token % 5, kind: token < 5 ? 'access' : 'refresh' },
          foundChars: tokens[token]!.length,
          chars: tokens[token]!.length,
        });
      }),
    );
  });

  it('finds any 32 characters of the part that identifies a token', () => {
    const shapes = fc.record({
      token: fc.nat(9),
      at: fc.nat(1000),
      chars: fc.integer({ min: 32, max: 80 }),
      noise,
      manner: fc.constantFrom(...Object.keys(MANNERS)),
    });
    fc.assert(
      fc.property(shapes, ({ token, at, chars, noise: head, manner }) => {
        const part = tellingPart(tokens[token]!);
        const from = at % (part.length - 31);
        const fragment = part.slice(from, from + chars);
        const found = findingsIn(`${head} ${MANNERS[manner]!(fragment, at)}; …`).filter(({ owner }) => owner !== null);
        expect(found).toMatchObject([{ owner: { client: token % 5 }, chars: tokens[token]!.length }]);
        expect(manner !== 'plain' || found[0]!.foundChars === fragment.length).toBe(true);
      }),
    );
  });

  it('finds a token by its jti, where the signature was cut off', () => {
    const token = tokens[1]!;
    const found = findingsIn(`GET /?access_token=${token.slice(0, token.lastIndexOf('.'))}…`);
    expect(found).toMatchObject([{ owner: { client: 1 }, foundChars: token.lastIndexOf('.') + 1 - 1 }]);
  });

  it('does not count the next line as a piece of a part', () => {
    const part = tellingPart(tokens[1]!).slice(0, 40);
    expect(findingsIn(`cut to ${part}\nGET the-next-line`)).toMatchObject([{ foundChars: 40, lines: 1 }]);
  });

  it('does not report text that all tokens of a client share', () => {
    const [header = '', payload = ''] = tokens[1]!.split('.');
    expect(findingsIn(`${header}.${payload.slice(0, 70)}`)).toEqual([]);
  });

  it('reports position, encoding and number of lines', () => {
    const text = `one\ntwo\n  key=${wrap(tokens[1]!.replaceAll('.', '%2E'), 150, '\n      ')} end`;
    expect(findingsIn(text)).toMatchObject([
      { line: 3, column: 7, lines: Math.ceil((tokens[1]!.length + 4) / 150), disguises: ['url-encoded'] },
    ]);
  });

  it('finds every token of a large file, each at its place', () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, n) => `${n} GET /path?x=${randomBytes(9).toString('hex')} ${n % 100 === 7 ? tokens[n % 10] : '-'}`,
    );
    const found = findingsIn(lines.join('\n'), 65_536);
    expect(found.map(({ line }) => line)).toEqual(Array.from({ length: 200 }, (_, n) => n * 100 + 8));
    expect(found.every(({ foundChars, chars }) => foundChars === chars)).toBe(true);
  });

  it('names a JWT of others by its claims', async () => {
    const key = await importSigningKey(await shippedTestJwk('ES256'), 'ES256');
    const claims = { client: 9, session: 's-9', issuer: 'i', audience: 'a', issuedAt: wall(0), expiresAt: wall(1) };
    const token = await mintAccessToken(key, claims);
    for (const known of [runs, []]) {
      expect(findingsIn(`x\nAuthorization: Bearer ${token}\n`, 100, known)).toMatchObject([
        {
          owner: null,
          line: 2,
          column: 23,
          ids: { sub: 'client-9', sid: 's-9', kid: key.kid },
          foundChars: token.length,
        },
      ]);
    }
    expect(findingsIn(token.replaceAll('.', '%2E'), 7)).toMatchObject([{ owner: null, disguises: ['url-encoded'] }]);
    expect(findingsIn(`/path/${token}`)).toHaveLength(1);
  });

  describe('that knows no token', () => {
    const nextLine = fc.oneof(
      noise,
      fc.string({ unit: fc.constantFrom(...'abcXYZ019-_.'.split('')), maxLength: 200 }),
      fc.nat(4).map((n) => tokens[n] ?? ''),
    );

    it('finds each of several JWTs on lines of their own in its length, as `squall mint --count 2` prints them', () => {
      const jwts = tokens.slice(0, 5);
      const found = findingsIn(`${jwts.join('\n')}\n`, Infinity, []);
      expect(found.map(({ chars }) => chars)).toEqual(jwts.map(({ length }) => length));
      expect(found.map(({ line, lines }) => [line, lines])).toEqual([1, 2, 3, 4, 5].map((line) => [line, 1]));
    });

    it('finds a JWT in its length, wrapped at any width or not, whatever the next line is', () => {
      fc.assert(
        fc.property(fc.nat(4), fc.integer({ min: 1, max: 900 }), nextLine, (n, width, next) => {
          const token = tokens[n]!;
          expect(lengths(`${wrap(token, width, '\n')}\n${next}`)[0]).toBe(token.length);
        }),
      );
    });

    it('does not extend a signature that is cut off at the end of a line', () => {
      fc.assert(
        fc.property(fc.nat(4), fc.integer({ min: 1, max: 40 }), (n, cut) => {
          const token = tokens[n]!.slice(0, -cut);
          expect(lengths(`${token}\n${'x'.repeat(50)} the next line`)).toEqual([token.length]);
        }),
      );
    });

    it('does not join a payload that is cut off with the next line', () => {
      const token = tokens[1]!;
      expect(findingsIn(`${token.slice(0, token.lastIndexOf('.') - 5)}\nwww.example`, Infinity, [])).toEqual([]);
    });
  });

  it('finds no token in 4 MB of random base64', () => {
    const text = randomBytes(3_000_000).toString('base64').replaceAll('B', '.');
    expect(findingsIn(text, 65_536)).toEqual([]);
  });

  it('stays fast in a file of line breaks, backslashes or percent signs', () => {
    for (const char of ['\n', '\\', '%', '%25', '\\n', ' ', '\0', 'e', 'ey', '.', '=\n']) {
      expect(findingsIn(`${char.repeat(600_000)} ${tokens[1]!}`)).toMatchObject([{ owner: { client: 1 } }]);
    }
  });
});

describe('the record of tokens', () => {
  const foreign = join(folder, 'foreign.fp');

  it.each([
    ['an impossible length', '{"client":1,"kind":"access","chars":1e300,"ids":{},"starts":[],"digests":""}'],
    [
      'a place before the token',
      '{"client":1,"kind":"access","chars":40,"ids":{},"starts":[-5],"digests":"0000000000000000"}',
    ],
    [
      'a client that is no number of one',
      '{"client":0.5,"kind":"access","chars":40,"ids":{},"starts":[],"digests":""}',
    ],
  ])('is damaged where a stranger wrote %s', async (_, line) => {
    const [first = ''] = readFileSync(file, 'utf8').split('\n');
    writeFileSync(foreign, `${first}\n${line}\n`);
    expect((await readTokenRecord(foreign)).warnings.join()).toContain('1 line of its record is damaged');
  });

  it('is refused with an endless line, or if it is no regular file', async () => {
    writeFileSync(foreign, 'x'.repeat(10_000_000));
    await expect(readTokenRecord(foreign)).rejects.toThrow('a line of more than 65536 bytes');
    rmSync(foreign);
    symlinkSync('/dev/zero', foreign);
    await expect(readTokenRecord(foreign)).rejects.toThrow('no regular file');
  });

  it('holds no piece of a token', () => {
    const text = readFileSync(file, 'utf8');
    for (const token of tokens) {
      const part = tellingPart(token);
      for (let at = 0; at + 8 <= part.length; at++) expect(text).not.toContain(part.slice(at, at + 8));
    }
    expect(text).not.toContain('eyJ');
  });
});
