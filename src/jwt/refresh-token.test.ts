import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RefreshTokens } from './refresh-token.ts';
import { clientOf, MAX_CLIENT, subjectOf } from './subject.ts';

const secret = Buffer.alloc(32, 1).toString('base64url');
const u32 = fc.integer({ min: 0, max: MAX_CLIENT });
const grants = fc.record({ client: u32, session: u32, generation: u32 });

it('opens a token that was sealed with the same secret, also in another process', () => {
  fc.assert(
    fc.property(grants, (grant) => {
      expect(new RefreshTokens(secret).open(new RefreshTokens(secret).seal(grant))).toEqual(grant);
    }),
  );
});

it('refuses a token with any single bit changed', () => {
  const tokens = new RefreshTokens(secret);
  fc.assert(
    fc.property(grants, fc.nat({ max: 44 * 8 - 1 }), (grant, bit) => {
      const bytes = Buffer.from(tokens.seal(grant), 'base64url');
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      expect(tokens.open(bytes.toString('base64url'))).toBeUndefined();
    }),
  );
});

it('refuses a token that was sealed with another secret', () => {
  const stranger = new RefreshTokens(Buffer.alloc(32, 2).toString('base64url'));
  expect(new RefreshTokens(secret).open(stranger.seal({ client: 0, session: 0, generation: 0 }))).toBeUndefined();
});

it('refuses arbitrary text', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 100 }), (text) => {
      expect(new RefreshTokens(secret).open(text)).toBeUndefined();
    }),
  );
});

it('a subject names its client, and any other text none', () => {
  fc.assert(fc.property(u32, (client) => clientOf(subjectOf(client)) === client));
  for (const subject of ['', 'client-', 'client--1', 'client-01', 'client-1 ', 'client-4294967296', 'user-1']) {
    expect(clientOf(subject)).toBe(-1);
  }
});
