import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { isShippedTestKey, shippedTestJwk } from '../../jwt/keys.ts';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { privateKey } from './private-key.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-key-'));
afterAll(() => rmSync(folder, { recursive: true }));

const BARE = '{ duration: 60s, clients: { count: 1 } }';
const SECRET = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ';

test('without a key file it is the test key that squall ships', async () => {
  const jwk = await privateKey(parseScenario(BARE, 'x.yaml'));
  expect(await isShippedTestKey(jwk)).toBe(true);
});

test('a good key file is read', async () => {
  const file = join(folder, 'good.json');
  const jwk = await shippedTestJwk('EdDSA');
  writeFileSync(file, JSON.stringify(jwk));
  const scenario = parseScenario(BARE, 'x.yaml', { sets: [`tokens.keyFile=${file}`, 'tokens.algorithm=EdDSA'] });
  expect(await privateKey(scenario)).toEqual(jwk);
});

test.each([
  ['no JSON', `-----BEGIN PRIVATE KEY-----\n${SECRET}\n`, 'no JSON object: name a file with a private JWK (RFC 7517)'],
  ['broken JSON', `{"kty":"EC","d":"${SECRET}`, 'no JSON object: name a file with a private JWK (RFC 7517)'],
  ['a scalar', `"${SECRET}"`, 'no JSON object: name a file with a private JWK (RFC 7517)'],
  ['a key of another kind', `{"kty":"oct","k":"${SECRET}"}`, 'JWK member "kty" is "oct": ES256 needs "EC"'],
  [
    'a key whose numbers are none',
    `{"kty":"EC","crv":"P-256","x":"${SECRET}","y":"${SECRET}","d":"${SECRET}"}`,
    'its numbers are no valid key',
  ],
])('a key file that holds %s is named, with the fix and nothing of its content', async (name, content, message) => {
  const file = join(folder, name);
  writeFileSync(file, content);
  const failure: unknown = await privateKey(parseScenario(BARE, 'x.yaml', { sets: [`tokens.keyFile=${file}`] })).catch(
    (error: unknown) => error,
  );
  expect(String(failure)).toContain(`${file}: `);
  expect(String(failure)).toContain(message);
  expect(String(failure)).not.toContain(SECRET.slice(0, 6));
});

test('a key file that is not there is named', async () => {
  const file = join(folder, 'missing');
  const scenario = parseScenario(BARE, 'x.yaml', { sets: [`tokens.keyFile=${file}`] });
  await expect(privateKey(scenario)).rejects.toThrow(`${file}: cannot be read`);
});
