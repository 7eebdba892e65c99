import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose/jwt/sign';
import type { Algorithm } from '../../core/token/carrier.ts';
import { importSigningKey, type SigningKey } from '../../jwt/keys.ts';

/** Signs an application's assertions (RFC 7523 section 3). It is secret, and sent to workers in memory only. */
export interface AssertionKey {
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly algorithm: Algorithm;
  readonly clientId: string;
  /** issuer of the service, or its token endpoint where no issuer is known */
  readonly audience: string;
}

/** Lifetime of an assertion, s; a service takes each of them once, so none is kept. */
const LIFETIME_SECONDS = 60;

/** Makes an application's assertions, each with an id of its own. */
export class Assertions {
  readonly #key: AssertionKey;
  #signing: Promise<SigningKey> | null = null;

  constructor(key: AssertionKey) {
    this.#key = key;
  }

  async next(): Promise<string> {
    const { jwk, algorithm, clientId, audience } = this.#key;
    this.#signing ??= importSigningKey(jwk, algorithm);
    const { signing, kid } = await this.#signing;
    const issuedAt = Math.floor(Date.now() / 1000);
    return new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: algorithm, kid })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + LIFETIME_SECONDS)
      .sign(signing);
  }
}
