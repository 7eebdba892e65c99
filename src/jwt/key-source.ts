import { createRemoteJWKSet, errors, jwksCache, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
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

/** A key set is believed for so long, as jose's own default has it; */
const CACHE_MAX_AGE_MS = 600_000;
/** one that lacks a token's key is fetched again, but not more often than this: kids cost a stranger nothing; */
const COOLDOWN_MS = 1000;
/** and a fetch is given up after this. */
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
    cacheMaxAge: CACHE_MAX_AGE_MS,
    cooldownDuration: COOLDOWN_MS,
    timeoutDuration: FETCH_TIMEOUT_MS,
    // No stranger made it fetch these: the first one that names another key is looked up at once.
    [jwksCache]: jwks === undefined ? {} : { jwks, uat: Date.now() - COOLDOWN_MS },
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
