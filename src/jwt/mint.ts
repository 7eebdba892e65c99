import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose/jwt/sign';
import type { WallMs } from '../core/time/instant.ts';
import type { SigningKey } from './keys.ts';
import { rightsClaims, type Rights, type RightsClaims } from './rights.ts';
import { subjectOf } from './subject.ts';

/** Content of an access token. */
export interface AccessClaims {
  readonly client: number;
  /** the `sid` claim: its login session */
  readonly session: string;
  readonly issuer: string;
  readonly audience: string;
  readonly issuedAt: WallMs;
  readonly expiresAt: WallMs;
  /** absent for foreign targets, because only the embedded target reads them */
  readonly rights?: Rights | undefined;
  /** claims beside these, or in their place */
  readonly extra?: Readonly<Record<string, unknown>> | undefined;
}

/** The claims in the token. It is a type, not an interface, so that it is assignable to jose's open payload. */
export type AccessPayload = {
  readonly sub: string;
  readonly iss: string;
  readonly aud: string;
  readonly iat: number;
  readonly exp: number;
  readonly jti: string;
  readonly sid: string;
} & RightsClaims;

/**
 * Signs an access token (RFC 7519). `iat` and `exp` are NumericDates, with a fraction where the instant has one, as
 * section 2 of the RFC allows: rounding to whole seconds would move the expiry, the boundary under test, by up to a
 * second. `jti` is unique for each token.
 */
export function mintAccessToken(key: SigningKey, claims: AccessClaims): Promise<string> {
  return sign(key, payloadOf(claims));
}

export function payloadOf(claims: AccessClaims): AccessPayload {
  return {
    sub: subjectOf(claims.client),
    iss: claims.issuer,
    aud: claims.audience,
    iat: claims.issuedAt / 1000,
    exp: claims.expiresAt / 1000,
    jti: randomUUID(),
    sid: claims.session,
    ...(claims.rights && rightsClaims(claims.rights)),
    ...claims.extra,
  };
}

export async function sign(
  key: SigningKey,
  payload: Readonly<Record<string, unknown>>,
  kid = key.kid,
): Promise<string> {
  const signed = kid === key.kid ? key.direct?.sign(payload) : undefined;
  if (signed !== undefined) return signed;
  return new SignJWT(payload).setProtectedHeader({ alg: key.algorithm, kid, typ: 'JWT' }).sign(key.signing);
}
