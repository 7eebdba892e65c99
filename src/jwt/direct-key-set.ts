import { createPublicKey, type KeyObject } from 'node:crypto';
import type { JSONWebKeySet, JWK } from 'jose';
import type { Algorithm } from '../core/token/carrier.ts';
import { DirectJws, headerPartOf } from './direct-jws.ts';
import { algorithmFor } from './jwk-shape.ts';

/** Opens tokens of the keys in a set (RFC 7517 section 5): of those that only one key of the set can have signed. */
export class DirectKeySet {
  readonly #algorithm: Algorithm;
  #set: JSONWebKeySet | undefined;
  /** by the first part of their tokens */
  #keys: ReadonlyMap<string, DirectJws> = new Map();

  constructor(algorithm: Algorithm) {
    this.#algorithm = algorithm;
  }

  /**
   * Opens a token: see `DirectJws.open`.
   *
   * @param set the set as it is now, always the same object until it changes
   */
  open(set: JSONWebKeySet | undefined, token: string): Readonly<Record<string, unknown>> | undefined {
    if (set !== this.#set) {
      this.#set = set;
      this.#keys = keysIn(set, this.#algorithm);
    }
    return this.#keys.get(headerPartOf(token))?.open(token);
  }
}

function keysIn(set: JSONWebKeySet | undefined, algorithm: Algorithm): ReadonlyMap<string, DirectJws> {
  const all = set?.keys ?? [];
  const direct = all
    .filter((jwk) => isPlain(jwk, algorithm) && all.filter(({ kid }) => kid === jwk.kid).length === 1)
    .map((jwk) => new DirectJws(algorithm, jwk.kid ?? '', { signing: null, verifying: publicKeyOf(jwk) }));
  return new Map(direct.map((key) => [key.header, key]));
}

/** Whether a key is of the form in which squall publishes its own, so that no rule of jose speaks against its use. */
function isPlain(jwk: JWK, algorithm: Algorithm): boolean {
  const { kid, alg, use, key_ops: operations, ext, d, priv } = jwk;
  // A private key that is published is a secret of nobody, so that jose refuses its tokens.
  const isOpen = operations === undefined && ext === undefined && d === undefined && priv === undefined;
  return typeof kid === 'string' && alg === algorithm && use === 'sig' && isOpen && algorithmFor(jwk) === algorithm;
}

/** @returns null: the key is broken, which jose reports */
function publicKeyOf(jwk: JWK): KeyObject | null {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' });
  } catch {
    return null;
  }
}
