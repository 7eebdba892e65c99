import type { SigningKey } from '../../jwt/keys.ts';
import { mintAccessToken } from '../../jwt/mint.ts';
import type { Rights } from '../../jwt/rights.ts';
import { wall, type WallMs } from '../../core/time/instant.ts';

/** The tokens of one shard's clients, which are sent to the target only. */
export interface Credentials {
  readonly access: string[];
  /** refresh tokens by client; empty: there is no token endpoint */
  readonly refresh: string[];
}

/** Issue and expiry of a token by its own claims. */
export interface Validity {
  readonly issuedAt: WallMs;
  readonly expiresAt: WallMs;
}

export interface Minter {
  readonly key: SigningKey;
  readonly issuer: string;
  readonly audience: string;
  /** rights that tokens carry; absent for a foreign target */
  readonly rights?: Rights | undefined;
  /** Claims that the scenario adds, by the client's number in the whole population; absent: none */
  readonly extraClaims?: ((number: number) => Readonly<Record<string, unknown>>) | undefined;
}

/** Largest time in a token, s: the range of a Date (ECMA-262 section 21.4.1.1); a larger one is ignored. */
const MAX_SECONDS = 8.64e12;

/** Signs the access token of client `number` of the whole population. */
export function mintFor(minter: Minter, number: number, validity: Validity): Promise<string> {
  const { key, issuer, audience, rights, extraClaims } = minter;
  const identity = { client: number, session: `session-${number}`, extra: extraClaims?.(number) };
  return mintAccessToken(key, { ...identity, issuer, audience, rights, ...validity });
}

/**
 * Reads a token's claims, unverified, as a client does. A token without an expiry, or that is no JWT, lasts `expiresInMs`
 * from now; null: its expiry is unknown.
 */
export function validityOf(token: string, expiresInMs: number | null, now: WallMs): Validity | null {
  const { iat, exp } = claimsOf(token);
  const issuedAt = iat === undefined ? now : wall(iat * 1000);
  if (exp !== undefined) return { issuedAt, expiresAt: wall(exp * 1000) };
  return expiresInMs === null ? null : { issuedAt, expiresAt: wall(now + expiresInMs) };
}

/** Reads the times of a JWT, as its second part of three; none for any other token. */
function claimsOf(token: string): { iat?: number | undefined; exp?: number | undefined } {
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first === -1 || second === -1 || token.includes('.', second + 1)) return {};
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.slice(first + 1, second), 'base64url').toString());
    if (typeof claims !== 'object' || claims === null) return {};
    return { iat: seconds(Reflect.get(claims, 'iat')), exp: seconds(Reflect.get(claims, 'exp')) };
  } catch {
    return {};
  }
}

function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= MAX_SECONDS ? value : undefined;
}
