import { readFile } from 'node:fs/promises';
import { readRegular } from '../../disk/regular-file.ts';
import type { Algorithm } from '../../core/token/carrier.ts';
import { algorithmFor } from '../../jwt/jwk-shape.ts';
import { importSigningKey, isShippedTestKey, shippedTestJwk } from '../../jwt/keys.ts';
import { ScenarioError } from '../../scenario/problem.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { RunRefused } from '../refused.ts';

type PrivateJwk = Readonly<Record<string, unknown>>;

/** Most bytes of a key file; a JWK of a large RSA key has a few KiB. */
const MAX_KEY_BYTES = 64 * 1024;

/**
 * Reads the private key that the scenario names, or the test key that squall ships.
 *
 * @throws ScenarioError when the file does not hold a key for the scenario's algorithm; never with what it does hold
 */
export async function privateKey({ tokens }: Scenario): Promise<PrivateJwk> {
  const { keyFile, algorithm } = tokens;
  if (keyFile === null) return shippedTestJwk(algorithm);
  const complain = (message: string): ScenarioError =>
    new ScenarioError([{ place: { file: keyFile }, path: '', message: `${message} (tokens.keyFile)` }]);
  // The scenario names the file, so it is a regular one; its path was made real when the scenario was read.
  const read = async (): Promise<string> => readRegular(keyFile, MAX_KEY_BYTES, false).toString('utf8');
  return readPrivateJwk(keyFile, algorithm, complain, read);
}

/**
 * Refuses to mint tokens with the test key for a target that is not this machine.
 *
 * @throws {RunRefused}
 */
export async function checkSigningKey({ tokens }: Scenario, privateJwk: PrivateJwk, target: URL): Promise<void> {
  if (tokens.source.mint === null || !(await isShippedTestKey(privateJwk))) return;
  throw new RunRefused(
    'not-allowed',
    `${target.hostname} is not this machine, and tokens would be signed with a test key that everybody has`,
    'name a file with a key of your own in tokens.keyFile',
  );
}

/**
 * Reads the private JWK in a file.
 *
 * @param known algorithm that it must be for; null: any for which a key pair can sign
 * @param complain makes the error from what is wrong with the file, which never quotes it
 * @param read reads the file's text; a file that the user named may be a pipe
 */
export async function readPrivateJwk(
  file: string,
  known: Algorithm | null,
  complain: (message: string) => Error,
  read = (): Promise<string> => readFile(file, 'utf8'),
): Promise<PrivateJwk> {
  const jwk = jsonObject(await textOf(read, complain));
  if (jwk === null) throw complain('no JSON object: name a file with a private JWK (RFC 7517)');
  const algorithm = known ?? algorithmFor(jwk);
  if (algorithm === undefined)
    throw complain('no key pair that can sign: name one of type RSA, EC (P-256) or OKP (Ed25519)');
  try {
    await importSigningKey(jwk, algorithm);
  } catch (error) {
    // The message of a TypeError from jwt/ is safe to show; a crypto library's message may quote the key.
    const why = error instanceof TypeError ? error.message : 'its numbers are no valid key';
    throw complain(`not a private ${algorithm} key — ${why}`);
  }
  return jwk;
}

async function textOf(read: () => Promise<string>, complain: (message: string) => Error): Promise<string> {
  try {
    return await read();
  } catch {
    throw complain('cannot be read: name a file with a private JWK');
  }
}

/** Parses an object without the parser's error, which would quote the text. */
function jsonObject(text: string): PrivateJwk | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
