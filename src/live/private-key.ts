import { readFile } from 'node:fs/promises';
import type { Algorithm } from '../core/token/carrier.ts';
import { importSigningKey, shippedTestJwk } from '../jwt/keys.ts';
import { ScenarioError } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';

type PrivateJwk = Readonly<Record<string, unknown>>;

/**
 * The private key that the scenario names, or the test key that squall ships.
 *
 * @throws ScenarioError when the file does not hold a key for the scenario's algorithm; never with what it does hold
 */
export async function privateKey({ tokens }: Scenario): Promise<PrivateJwk> {
  const { keyFile, algorithm } = tokens;
  if (keyFile === null) return shippedTestJwk(algorithm);
  const complain = (message: string): ScenarioError =>
    new ScenarioError([{ place: { file: keyFile }, path: '', message: `${message} (tokens.keyFile)` }]);
  return readPrivateJwk(keyFile, algorithm, complain);
}

/**
 * The private JWK in a file.
 *
 * @param complain makes the error to be thrown of what is wrong with the file, which never quotes it
 */
export async function readPrivateJwk(
  file: string,
  algorithm: Algorithm,
  complain: (message: string) => Error,
): Promise<PrivateJwk> {
  const jwk = jsonObject(await textOf(file, complain));
  if (jwk === null) throw complain('no JSON object: name a file with a private JWK (RFC 7517)');
  try {
    await importSigningKey(jwk, algorithm);
  } catch (error) {
    // The message of a TypeError from jwt/ is made to be shown; what a crypto library says may quote the key.
    const why = error instanceof TypeError ? error.message : 'its numbers are no valid key';
    throw complain(`not a private ${algorithm} key — ${why}`);
  }
  return jwk;
}

async function textOf(file: string, complain: (message: string) => Error): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw complain('cannot be read: name a file with a private JWK');
  }
}

/** The parser's own error would quote the text, which may be a key. */
function jsonObject(text: string): PrivateJwk | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
