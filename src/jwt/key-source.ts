import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { JWKSMultipleMatchingKeys, JWKSNoMatchingKey } from 'jose/errors';
import { createRemoteJWKSet, jwksCache, type JWKSCacheInput } from 'jose/jwks/remote';
import { KEY_SET_COOLDOWN_MS, KEY_SET_MAX_AGE_MS } from '../core/server/key-ring.ts';
import type { Algorithm } from '../core/token/carrier.ts';
import { DirectKeySet } from './direct-key-set.ts';
import type { SigningKey } from './keys.ts';

/** The keys of a verifier. */
export interface KeySource {
  readonly algorithm: Algorithm;
  /** finds the key for a token's header; throws an error of jose, or KeysUnavailable */
  readonly find: JWTVerifyGetKey;
  /** opens a token without `find`: see `DirectJws.open` */
  readonly open: (token: string) => Readonly<Record<string, unknown>> | undefined;
}

/** The error for a key set that had to be fetched and could not be. */
export class KeysUnavailable extends Error {}

/** Limit on a fetch of the key set, ms. */
const FETCH_TIMEOUT_MS = 2000;

/**
 * A single known key. A token may omit its `kid` (RFC 7515 section 4.1.4); a token with another `kid` is refused.
 */
export function ownKey({ algorithm, kid, verifying, direct }: SigningKey): KeySource {
  return {
    algorithm,
    open: (token) => direct?.open(token),
    find: (header) => {
      if (header.kid !== undefined && header.kid !== kid) throw new JWKSNoMatchingKey();
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
  // The first fetch does not count against the cooldown, so the first unknown key is looked up at once.
  const cache: JWKSCacheInput = jwks === undefined ? {} : { jwks, uat: Date.now() - KEY_SET_COOLDOWN_MS };
  const remote = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: KEY_SET_MAX_AGE_MS,
    cooldownDuration: KEY_SET_COOLDOWN_MS,
    timeoutDuration: FETCH_TIMEOUT_MS,
    [jwksCache]: cache,
  });
  const direct = new DirectKeySet(algorithm);
  return {
    algorithm,
    // jose writes each set that it fetches into the cache.
    open: (token) => (remote.fresh ? direct.open(cache.jwks, token) : undefined),
    find: async (header, token) => {
      try {
        return await remote(header, token);
      } catch (error) {
        if (error instanceof JWKSNoMatchingKey || error instanceof JWKSMultipleMatchingKeys) throw error;
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
