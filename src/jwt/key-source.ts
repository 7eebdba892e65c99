import { createRemoteJWKSet, errors, jwksCache, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import { KEY_SET_COOLDOWN_MS, KEY_SET_MAX_AGE_MS } from '../core/server/key-ring.ts';
import type { Algorithm } from '../core/token/carrier.ts';
import type { Hs256 } from './hs256.ts';
import type { SigningKey } from './keys.ts';

/** The keys of a verifier. */
export interface KeySource {
  readonly algorithm: Algorithm;
  /** finds the key for a token's header; throws an error of jose, or KeysUnavailable */
  readonly find: JWTVerifyGetKey;
  /** the only key, where it is a secret of HS256; undefined: `find` alone knows the keys */
  readonly hs256?: Hs256 | undefined;
}

/** The error for a key set that had to be fetched and could not be. */
export class KeysUnavailable extends Error {}

/** Limit on a fetch of the key set, ms. */
const FETCH_TIMEOUT_MS = 2000;

/**
 * A single known key. A token may omit its `kid` (RFC 7515 section 4.1.4); a token with another `kid` is refused.
 */
export function ownKey({ algorithm, kid, verifying, hs256 }: SigningKey): KeySource {
  return {
    algorithm,
    hs256,
    find: (header) => {
      if (header.kid !== undefined && header.kid !== kid) throw new errors.JWKSNoMatchingKey();
      return verifying;
    },
  };
}

/**
 * The key set at `url`, with the usual cache of verifiers: it is fetched now, for a token whose key is not in it, and
 * when it is old. A key that has left the set is accepted until the next fetch.
 */
export async function remoteKeys(url: string, algorithm: Algorithm): Promise<KeySource> {
  const jwks = await firstKeys(url);
  const remote = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: KEY_SET_MAX_AGE_MS,
    cooldownDuration: KEY_SET_COOLDOWN_MS,
    timeoutDuration: FETCH_TIMEOUT_MS,
    // The first fetch does not count against the cooldown, so the first unknown key is looked up at once.
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

/** Fetches the key set; undefined on failure, after which the first token tries again. */
async function firstKeys(url: string): Promise<JSONWebKeySet | undefined> {
  const set = createRemoteJWKSet(new URL(url), { timeoutDuration: FETCH_TIMEOUT_MS });
  await set.reload().catch(() => {});
  return set.jwks();
}
