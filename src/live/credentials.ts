import { decodeJwt } from 'jose';
import type { SigningKey } from '../jwt/keys.ts';
import { mintAccessToken } from '../jwt/mint.ts';
import type { Rights } from '../jwt/rights.ts';
import { wall, type WallMs } from '../core/time/instant.ts';

/** The tokens of one shard's clients. They never leave it but towards the target. */
export interface Credentials {
  readonly access: string[];
  /** empty where there is no token endpoint */
  readonly refresh: string[];
}

/** When a token was issued and runs out, as it says itself. */
export interface Validity {
  readonly issuedAt: WallMs;
  readonly expiresAt: WallMs;
}

export interface Minter {
  readonly key: SigningKey;
  readonly issuer: string;
  readonly audience: string;
  /** what tokens say of them; left out where the target is not squall's own */
  readonly rights?: Rights | undefined;
}

/** No time in a token is later or earlier than a Date can be (ECMA-262 section 21.4.1.1); one that is says nothing. */
export const MAX_SECONDS = 8.64e12;

/** Signs a client's access token. `number` is the client's in the whole population. */
export function mintFor(minter: Minter, number: number, validity: Validity): Promise<string> {
  const { key, issuer, audience, rights } = minter;
  return mintAccessToken(key, { client: number, session: `session-${number}`, issuer, audience, rights, ...validity });
}

/**
 * Reads a token's own claims, unverified, as a client does. A token that does not say when it runs out, or is not a
 * JWT at all, is taken to last `expiresInMs` from now; null when nobody says.
 */
export function validityOf(token: string, expiresInMs: number | null, now: WallMs): Validity | null {
  const { iat, exp } = claimsOf(token);
  const issuedAt = iat === undefined ? now : wall(iat * 1000);
  if (exp !== undefined) return { issuedAt, expiresAt: wall(exp * 1000) };
  return expiresInMs === null ? null : { issuedAt, expiresAt: wall(now + expiresInMs) };
}

function claimsOf(token: string): { iat?: number | undefined; exp?: number | undefined } {
  try {
    const { iat, exp } = decodeJwt(token);
    return { iat: seconds(iat), exp: seconds(exp) };
  } catch {
    return {};
  }
}

function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= MAX_SECONDS ? value : undefined;
}
