import type { WallMs } from '../time/instant.ts';

/** The time claims of a JWT, in seconds since the Unix epoch; fractions are allowed (RFC 7519 section 2, NumericDate). */
export interface TimeClaims {
  readonly iat?: unknown;
  readonly nbf?: unknown;
  readonly exp?: unknown;
}

/** `malformed`: a time claim that is not a number. */
export type Validity = 'valid' | 'expired' | 'not-yet' | 'malformed';

/**
 * Tells whether a verifier whose clock reads `now` accepts the token (RFC 7519 sections 4.1.4 to 4.1.6), exactly as
 * `jwtVerify` in the npm package jose 6.2.18: its clock is floored to whole seconds, so `exp` = 100 is valid at 99.999 s
 * and expired at 100.000 s, while `exp` = 100.5 is accepted until 101. A claim that is absent sets no bound; `iat` is
 * only looked at for its type. Where several claims fail, the verdict is that of the first in the order iat, nbf, exp.
 *
 * @param leewayMs tolerance at either edge, in the token's favour
 */
export function validityAt(claims: TimeClaims, now: WallMs, leewayMs: number): Validity {
  const { iat, nbf, exp } = claims;
  const nowSeconds = Math.floor(now / 1000);
  const leewaySeconds = leewayMs / 1000;
  if (iat !== undefined && typeof iat !== 'number') return 'malformed';
  if (nbf !== undefined && typeof nbf !== 'number') return 'malformed';
  if (nbf !== undefined && nbf > nowSeconds + leewaySeconds) return 'not-yet';
  if (exp !== undefined && typeof exp !== 'number') return 'malformed';
  if (exp !== undefined && exp <= nowSeconds - leewaySeconds) return 'expired';
  return 'valid';
}
