import { createSecretKey, KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CryptoKey, JWK } from 'jose';
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint';
import { exportJWK } from 'jose/key/export';
import { generateKeyPair } from 'jose/key/generate/keypair';
import { importJWK } from 'jose/key/import';
import type { Algorithm } from '../core/token/carrier.ts';
import { DirectJws } from './direct-jws.ts';
import { assertPrivateJwk, publicJwkOf } from './jwk-shape.ts';

/** An imported key pair for signing and verifying; for HS256 both are the shared secret. */
export interface SigningKey {
  readonly algorithm: Algorithm;
  readonly kid: string;
  readonly signing: CryptoKey;
  readonly verifying: CryptoKey;
  /** the published key; undefined for HS256, whose only key is secret */
  readonly publicJwk: JWK | undefined;
  /** signs and opens tokens with `kid` synchronously; undefined: jose does */
  readonly direct: DirectJws | undefined;
}

/** RFC 7638 thumbprints of the test keys in fixtures/keys; a test compares this table with the files. */
const SHIPPED_THUMBPRINTS: ReadonlySet<string> = new Set([
  '4WF4xo14BdWJYZLQ6GAYU4OYdnxjAbVjGuZzJHYR65Y',
  'ShXothV36f9Tu__upPod3wAoj9G9iWZEwDssfs1NHz4',
  'cJkspL1ERrLcmSsEikooNm7r6nBp5a-w13PU46JGElg',
  'lO5CyJRY5ruQtcBvtKX-EUe0V2uJX2Rm7tALROLN2EM',
]);

/**
 * Imports a private JWK. A key without a `kid` gets its RFC 7638 thumbprint as `kid`.
 * @throws TypeError when the key does not fit the algorithm; the message never holds key material
 */
export async function importSigningKey(
  jwk: Readonly<Record<string, unknown>>,
  algorithm: Algorithm,
): Promise<SigningKey> {
  assertPrivateJwk(jwk, algorithm);
  const kid = jwk.kid ?? (await calculateJwkThumbprint(jwk));
  const publicJwk = publicJwkOf(jwk, algorithm, kid);
  if (publicJwk === undefined) {
    const bytes = Buffer.from(jwk.k ?? '', 'base64url');
    const secret = await importSecret(bytes);
    const own = createSecretKey(bytes);
    const direct = new DirectJws(algorithm, kid, { signing: own, verifying: own });
    return { algorithm, kid, signing: secret, verifying: secret, publicJwk, direct };
  }
  const [signing, verifying] = await Promise.all([importKey(jwk, algorithm), importKey(publicJwk, algorithm)]);
  return { algorithm, kid, signing, verifying, publicJwk, direct: directOf(algorithm, kid, signing, verifying) };
}

/**
 * Generates a key pair, whose `kid` is its RFC 7638 thumbprint.
 * @throws TypeError for HS256, whose secret every verifier would need
 */
export async function freshSigningKey(algorithm: Algorithm): Promise<SigningKey> {
  if (algorithm === 'HS256') throw new TypeError('a key set cannot hold an HS256 secret: choose another algorithm');
  const { privateKey: signing, publicKey: verifying } = await generateKeyPair(algorithm);
  const jwk = await exportJWK(verifying);
  const kid = await calculateJwkThumbprint(jwk);
  const publicJwk = publicJwkOf({ ...jwk }, algorithm, kid);
  return { algorithm, kid, signing, verifying, publicJwk, direct: directOf(algorithm, kid, signing, verifying) };
}

/** The private test key that squall ships for `algorithm`. Everybody knows it, so it is for loopback only. */
export async function shippedTestJwk(algorithm: Algorithm): Promise<Readonly<Record<string, unknown>>> {
  const file = new URL(`../../fixtures/keys/${algorithm.toLowerCase()}.jwk.json`, import.meta.url);
  const jwk: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof jwk !== 'object' || jwk === null) throw new TypeError(`${file.pathname} is not a JWK: reinstall squall`);
  return Object.fromEntries(Object.entries(jwk));
}

/** Whether `jwk` is the private or public half of a shipped test key, under any `kid`. */
export async function isShippedTestKey(jwk: Readonly<Record<string, unknown>>): Promise<boolean> {
  return SHIPPED_THUMBPRINTS.has(await calculateJwkThumbprint(jwk));
}

/** The JWK Set (RFC 7517 section 5) for verifying signatures of these keys, without HS256 keys. */
export function jwksOf(...keys: readonly SigningKey[]): { keys: JWK[] } {
  return { keys: keys.flatMap(({ publicJwk }) => publicJwk ?? []) };
}

function directOf(algorithm: Algorithm, kid: string, signing: CryptoKey, verifying: CryptoKey): DirectJws {
  return new DirectJws(algorithm, kid, { signing: KeyObject.from(signing), verifying: KeyObject.from(verifying) });
}

async function importKey(jwk: JWK, algorithm: Algorithm): Promise<CryptoKey> {
  const key = await importJWK(jwk, algorithm);
  if (key instanceof Uint8Array) throw new TypeError(`JWK member "kty" is "oct": ${algorithm} needs a key pair`);
  return key;
}

/** Imports a secret once; jose would import bare bytes at each use. */
function importSecret(bytes: Buffer<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify']);
}
