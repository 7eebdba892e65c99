import { readFileSync } from 'node:fs';
import type { Algorithm } from '../core/token/carrier.ts';
import { importSigningKey, shippedTestJwk, type SigningKey } from '../jwt/keys.ts';
import { UsageError } from './usage-error.ts';

/**
 * The key in a file with a private JWK, or the test key that squall ships.
 *
 * @throws {UsageError} naming file and fix, and never what the file holds
 */
export async function signingKey(file: string | undefined, algorithm: Algorithm): Promise<SigningKey> {
  if (file === undefined) return importSigningKey(await shippedTestJwk(algorithm), algorithm);
  const jwk = readJwk(file);
  try {
    return await importSigningKey(jwk, algorithm);
  } catch (error) {
    // The message of a TypeError from jwt/ is made to be shown; what a crypto library says may quote the key.
    const why = error instanceof TypeError ? error.message : 'its numbers are no valid key';
    throw new UsageError(`--key ${file}: not a private ${algorithm} key (${why})`);
  }
}

function readJwk(file: string): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--key ${file} cannot be read: name a file with a private JWK`, { cause: error });
  }
  const jwk = jsonObject(text);
  if (jwk === null) throw new UsageError(`--key ${file} is no JSON object: name a file with a private JWK (RFC 7517)`);
  return jwk;
}

/** The parser's own error would quote the text, which may be a key. */
function jsonObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
