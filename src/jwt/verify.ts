import { errors, jwtVerify } from 'jose';
import { wall, type WallMs } from '../core/time/instant.ts';
import type { SigningKey } from './keys.ts';
import { clientOf } from './subject.ts';

/** Why a token was refused. They appear in answers to clients, so they say nothing that an attacker lacks. */
export type TokenFlaw =
  | 'malformed'
  | 'algorithm'
  | 'unknown-key'
  | 'signature'
  | 'expired'
  | 'not-yet-valid'
  | 'issuer'
  | 'audience'
  | 'claims';

export type Verdict =
  | { readonly ok: true; readonly client: number; readonly expiresAt: WallMs }
  | { readonly ok: false; readonly flaw: TokenFlaw };

/** What a token must say beside being signed. */
export interface Expectations {
  readonly issuer: string;
  readonly audience: string;
}

/**
 * Verifies signature, algorithm, `iss`, `aud`, `nbf` and `exp`, without leeway. jose floors "now" to the second
 * before it compares, which would accept a fractional `exp` for up to a second too long; `exp` is therefore compared
 * again, to the millisecond: a token is expired at `exp` itself (RFC 7519 section 4.1.4).
 * Never rejects: whatever a remote sends is a verdict.
 */
export async function verifyAccessToken(
  key: SigningKey,
  token: string,
  expected: Expectations,
  now: WallMs,
): Promise<Verdict> {
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => pickKey(key, kid), {
      algorithms: [key.algorithm],
      issuer: expected.issuer,
      audience: expected.audience,
      requiredClaims: ['sub', 'exp'],
      currentDate: new Date(now),
    });
    const client = clientOf(payload.sub ?? '');
    const expiresAt = wall(Math.round((payload.exp ?? 0) * 1000));
    if (client === -1) return refuse('claims');
    return now >= expiresAt ? refuse('expired') : { ok: true, client, expiresAt };
  } catch (error) {
    return refuse(flawOf(error));
  }
}

/** A token may leave out its `kid` (RFC 7515 section 4.1.4); one that names another key is refused. */
function pickKey(key: SigningKey, kid: string | undefined): SigningKey['verifying'] {
  if (kid !== undefined && kid !== key.kid) throw new errors.JWKSNoMatchingKey();
  return key.verifying;
}

function refuse(flaw: TokenFlaw): Verdict {
  return { ok: false, flaw };
}

function flawOf(error: unknown): TokenFlaw {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return claimFlaw(error);
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm';
  if (error instanceof errors.JWKSNoMatchingKey) return 'unknown-key';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature';
  return 'malformed';
}

function claimFlaw(error: errors.JWTClaimValidationFailed): TokenFlaw {
  if (error.claim === 'iss') return 'issuer';
  if (error.claim === 'aud') return 'audience';
  return error.claim === 'nbf' && error.reason === 'check_failed' ? 'not-yet-valid' : 'claims';
}
