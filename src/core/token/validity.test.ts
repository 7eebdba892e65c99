import fc from 'fast-check';
import { UnsecuredJWT, errors } from 'jose';
import { describe, expect, test } from 'vitest';
import { wall } from '../time/instant.ts';
import { validityAt, type TimeClaims, type Validity } from './validity.ts';

describe('validityAt', () => {
  test.each<[string, TimeClaims, number, number, Validity]>([
    ['the last millisecond before exp', { exp: 100 }, 99_999, 0, 'valid'],
    ['exp itself', { exp: 100 }, 100_000, 0, 'expired'],
    ['the last millisecond of the leeway', { exp: 100 }, 104_999, 5000, 'valid'],
    ['the end of the leeway', { exp: 100 }, 105_000, 5000, 'expired'],
    ['a fractional exp lasts until the next whole second', { exp: 100.5 }, 100_999, 0, 'valid'],
    ['a fractional exp ends with that second', { exp: 100.5 }, 101_000, 0, 'expired'],
    ['a fractional leeway lasts until the next whole second', { exp: 100 }, 100_999, 500, 'valid'],
    ['the last millisecond before nbf', { nbf: 100 }, 99_999, 0, 'not-yet'],
    ['nbf itself', { nbf: 100 }, 100_000, 0, 'valid'],
    ['nbf less the leeway', { nbf: 100 }, 95_000, 5000, 'valid'],
    ['a fractional nbf is reached with the next whole second', { nbf: 100.5 }, 100_999, 0, 'not-yet'],
    ['an iat in the future', { iat: 200, exp: 300 }, 100_000, 0, 'valid'],
    ['no claims at all', {}, 100_000, 0, 'valid'],
    ['not yet and expired at once', { nbf: 200, exp: 100 }, 150_000, 0, 'not-yet'],
    ['exp as text', { exp: '100' }, 0, 0, 'malformed'],
    ['exp null', { exp: null }, 0, 0, 'malformed'],
    ['nbf as text', { nbf: '100', exp: 1 }, 100_000, 0, 'malformed'],
    ['iat as text', { iat: '100', exp: 1 }, 100_000, 0, 'malformed'],
  ])('%s', (_, claims, nowMs, leewayMs, expected) => {
    expect(validityAt(claims, wall(nowMs), leewayMs)).toBe(expected);
  });

  test('agrees with jose', () => {
    const claim = fc.oneof(
      { weight: 6, arbitrary: fc.double({ min: 90, max: 110, noNaN: true }) },
      { weight: 3, arbitrary: fc.integer({ min: 90, max: 110 }) },
      { weight: 1, arbitrary: fc.constantFrom(null, '100', true) },
    );
    fc.assert(
      fc.property(
        fc.record({ iat: claim, nbf: claim, exp: claim }, { requiredKeys: [] }),
        fc.integer({ min: 85_000, max: 115_000 }),
        fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 8000 })),
        (claims, nowMs, leewayMs) => {
          expect(validityAt(claims, wall(nowMs), leewayMs)).toBe(joseVerdict(claims, nowMs, leewayMs));
        },
      ),
      { numRuns: 3000 },
    );
  });
});

/** jose checks the claims of an unsecured token with the code that checks those of a signed one. */
function joseVerdict(claims: TimeClaims, nowMs: number, leewayMs: number): Validity {
  const token = `${encode({ alg: 'none' })}.${encode(claims)}.`;
  try {
    UnsecuredJWT.decode(token, { currentDate: new Date(nowMs), clockTolerance: leewayMs / 1000 });
    return 'valid';
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'expired';
    if (!(error instanceof errors.JWTClaimValidationFailed)) throw error;
    return error.reason === 'invalid' ? 'malformed' : 'not-yet';
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
