import { createHmac, sign, timingSafeEqual, verify, type KeyObject } from 'node:crypto';
import type { Algorithm } from '../core/token/carrier.ts';

/** The halves of a key; for HS256 both are the shared secret. null: what needs it is left to jose. */
export interface KeyHalves {
  readonly signing: KeyObject | null;
  readonly verifying: KeyObject | null;
}

/** Smallest modulus of a key of RS256, bits (RFC 7518 section 3.3); jose refuses each token of a smaller one. */
const MIN_MODULUS_BITS = 2048;

/**
 * Signs and opens compact tokens (RFC 7515) of one key in one synchronous call of `node:crypto`. jose makes a job for Node's
 * thread pool of each signature, which takes six times the CPU time of the signature itself with HS256, and three times with ES256 or EdDSA.
 */
export class DirectJws {
  readonly #algorithm: Algorithm;
  readonly #signing: KeyObject | null;
  readonly #verifying: KeyObject | null;
  /** first part of each token that `sign` makes */
  readonly header: string;

  constructor(algorithm: Algorithm, kid: string, { signing, verifying }: KeyHalves) {
    this.#algorithm = algorithm;
    // To sign with RSA takes so long that a thread of the pool is worth its price.
    this.#signing = algorithm === 'RS256' ? null : signing;
    this.#verifying = verifying !== null && isLongEnough(algorithm, verifying) ? verifying : null;
    this.header = encoded(JSON.stringify({ alg: algorithm, kid, typ: 'JWT' }));
  }

  /** Returns the token of a payload; undefined: jose has to sign. */
  sign(payload: Readonly<Record<string, unknown>>): string | undefined {
    if (this.#signing === null) return undefined;
    const text = `${this.header}.${encoded(JSON.stringify(payload))}`;
    return `${text}.${signatureOf(this.#algorithm, this.#signing, text).toString('base64url')}`;
  }

  /**
   * Returns the payload of a token in the form that `sign` gives it: the same header to the byte, base64url without
   * variants, a JSON object in UTF-8. Returns undefined for any other token, which may yet be valid: jose decides that.
   */
  open(token: string): Readonly<Record<string, unknown>> | undefined {
    const from = this.header.length + 1;
    const to = token.lastIndexOf('.');
    if (this.#verifying === null || to < from || token[from - 1] !== '.' || !token.startsWith(this.header))
      return undefined;
    const signature = bytesOf(token.slice(to + 1));
    if (signature === undefined || !isSignature(this.#algorithm, this.#verifying, token.slice(0, to), signature))
      return undefined;
    const payload = bytesOf(token.slice(from, to));
    return payload && objectOf(payload.toString());
  }
}

/** Returns the first part of a compact token. */
export function headerPartOf(token: string): string {
  return token.slice(0, Math.max(0, token.indexOf('.')));
}

function signatureOf(algorithm: Algorithm, key: KeyObject, text: string): Buffer {
  switch (algorithm) {
    case 'HS256':
      return createHmac('sha256', key).update(text).digest();
    case 'ES256':
      return sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
    case 'EdDSA':
      return sign(null, Buffer.from(text), key);
    case 'RS256':
      return sign('sha256', Buffer.from(text), key);
  }
}

function isSignature(algorithm: Algorithm, key: KeyObject, text: string, signature: Buffer): boolean {
  switch (algorithm) {
    case 'HS256': {
      const right = signatureOf(algorithm, key, text);
      return right.length === signature.length && timingSafeEqual(right, signature);
    }
    case 'ES256':
      return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, signature);
    case 'EdDSA':
      return verify(null, Buffer.from(text), key, signature);
    case 'RS256':
      return verify('sha256', Buffer.from(text), key, signature);
  }
}

function isLongEnough(algorithm: Algorithm, key: KeyObject): boolean {
  return algorithm !== 'RS256' || (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_MODULUS_BITS;
}

/** The character that stands for bytes that are no UTF-8, which jose refuses. */
const REPLACEMENT = '\ufffd';

function encoded(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** @returns undefined: the text is no base64url, or a variant of it */
function bytesOf(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}

function objectOf(json: string): Readonly<Record<string, unknown>> | undefined {
  if (json.includes(REPLACEMENT)) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
