import { createRemoteJWKSet, errors, jwksCache, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { KEY_SET_COOLDOWN_MS, KEY_SET_MAX_AGE_MS } from '../core/server/key-ring.ts';
import type { Algorithm } from '../core/token/carrier.ts';
import type { SigningKey } from './keys.ts';

/** Where a verifier has the keys from. */
export interface KeySource {
  readonly algorithm: Algorithm;
  /** the key for a token's header; throws an error of jose's, or KeysUnavailable */
  readonly find: JWTVerifyGetKey;
}

/** The key set had to be fetched, and could not be. */
export class KeysUnavailable extends Error {}

/** How long a fetch of the key set may take. */
const FETCH_TIMEOUT_MS = 2000;

/**
 * One key, known beforehand. A token may leave out its `kid` (RFC 7515 section 4.1.4); one that names another key is
 * refused.
 */
export function ownKey({ algorithm, kid, verifying }: SigningKey): KeySource {
  return {
    algorithm,
    find: (header) => {
      if (header.kid !== undefined && header.kid !== kid) throw new errors.JWKSNoMatchingKey();
      return verifying;
    },
  };
}

/**
 * The key set at `url`, with the cache that verifiers commonly have: it is fetched now, when a token names a key that
 * is not in it, and when it is old. A key that has left the set is therefore believed until then.
 */
export async function remoteKeys(url: string, algorithm: Algorithm): Promise<KeySource> {
  const jwks = await firstKeys(url);
  const remote = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: KEY_SET_MAX_AGE_MS,
    cooldownDuration: KEY_SET_COOLDOWN_MS,
    timeoutDuration: FETCH_TIMEOUT_MS,
    // No stranger made it fetch these: the first one that names another key is looked up at once.
    [jwksCache]: jwks === undefined ? {} : { jwks, uat: Date.now() - KEY_SET_COOLDOWN_MS },
  });
  return {
    algorithm,
    find: async (header, token) => {
      try {
        return await remote(header, token);
      } catch (error) {
        if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
        throw new KeysUnavailable(`the key set at ${url} cannot be fetched`, { cause: error });
      }
    },
  };
}

/** Undefined when it cannot be fetched: the first token that comes will have it tried again. */
async function firstKeys(url: string): Promise<JSONWebKeySet | undefined> {
  const set = createRemoteJWKSet(new URL(url), { timeoutDuration: FETCH_TIMEOUT_MS });
  await set.reload().catch(() => {});
  return set.jwks();
}
