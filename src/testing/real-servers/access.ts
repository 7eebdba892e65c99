import type { IncomingMessage } from 'node:http';
import { createLocalJWKSet, createRemoteJWKSet, jwtVerify, type JWK, type JWTVerifyGetKey } from 'jose';

/** Which tokens a server accepts. */
export interface AccessOptions {
  /** public keys, or the address of a key set */
  readonly keys: readonly JWK[] | string;
  readonly issuer: string;
  readonly audience: string;
  /** how long a token is looked at before it is accepted or refused, ms */
  readonly authenticationMs?: number;
}

export interface Access {
  readonly user: string;
  /** instant of expiry, ms since 1970 */
  readonly expiresAt: number;
}

/** Makes a check of bearer tokens; it rejects when a token is not good. */
export function accessCheck(options: AccessOptions): (token: string) => Promise<Access> {
  const keys = keySet(options.keys);
  const { issuer, audience, authenticationMs = 0 } = options;
  return async (token) => {
    if (authenticationMs > 0) await new Promise((resolve) => setTimeout(resolve, authenticationMs));
    const { payload } = await jwtVerify(token, keys, { issuer, audience, requiredClaims: ['sub', 'exp'] });
    return { user: payload.sub ?? '', expiresAt: (payload.exp ?? 0) * 1000 };
  };
}

/** The bearer token of a request; empty: it has none. */
export function bearerOf({ headers: { authorization = '' } }: IncomingMessage): string {
  return authorization.replace(/^Bearer /, '');
}

function keySet(keys: AccessOptions['keys']): JWTVerifyGetKey {
  return typeof keys === 'string' ? createRemoteJWKSet(new URL(keys)) : createLocalJWKSet({ keys: [...keys] });
}
