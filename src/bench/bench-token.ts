import { importSigningKey, shippedTestJwk } from '../jwt/keys.ts';
import { mintAccessToken } from '../jwt/mint.ts';
import { wall } from '../core/time/instant.ts';

/** Lifetime of the token, ms. */
export const LIFETIME_MS = 3_600_000;

/** A token as long as those of squall's clients. */
export async function benchToken(algorithm: 'HS256' | 'ES256'): Promise<string> {
  const now = Date.now();
  return mintAccessToken(await importSigningKey(await shippedTestJwk(algorithm), algorithm), {
    client: 0,
    session: 'session-0',
    issuer: 'squall',
    audience: 'squall',
    issuedAt: wall(now),
    expiresAt: wall(now + LIFETIME_MS),
  });
}
