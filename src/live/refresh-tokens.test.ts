import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import { refreshTokens } from './refresh-tokens.ts';

const folder = mkdtempSync(join(tmpdir(), 'squall-tokens-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'tokens.txt');
const scenario = parseScenario(
  `duration: 60s
clients: { count: 3 }
target: { url: "ws://127.0.0.1:9" }
tokens: { refresh: { url: "http://127.0.0.1:9/token", tokensFile: "${file}" } }`,
  join(folder, 'x.yaml'),
);

async function problemsOf(content: string): Promise<string> {
  writeFileSync(file, content);
  return refreshTokens(scenario).then(
    (tokens) => JSON.stringify(tokens),
    (error: unknown) => (error instanceof Error ? error.message : ''),
  );
}

describe('a file of refresh tokens', () => {
  test.each([
    ['as many tokens as clients', 'a\nb\nc\n'],
    ['no line end after the last', 'a\r\nb\r\nc'],
  ])('with %s is read', async (_, content) => {
    expect(await problemsOf(content)).toBe('["a","b","c"]');
  });

  test('with fewer tokens than clients is refused', async () => {
    expect(await problemsOf('secret-a\nsecret-b\n')).toBe(
      `${file}: tokens.refresh.tokensFile: 2 refresh tokens for 3 clients (clients.count is 3) — write one a line for each client, or set clients.count to 2`,
    );
    expect(await problemsOf('')).toContain('0 refresh tokens for 3 clients');
  });

  test('names every line that is no token, and shows nothing of it', async () => {
    const message = await problemsOf('secret-a\n\nsecret-b # mine\nsecret-ü\n');
    expect(message.split('\n')).toEqual([
      `${file}:2:1: tokens.refresh.tokensFile: an empty line — write one refresh token a line`,
      `${file}:3:1: tokens.refresh.tokensFile: a blank at column 9 — write one refresh token a line`,
      `${file}:4:1: tokens.refresh.tokensFile: a character that no token has at column 8 — write one refresh token a line`,
    ]);
    expect(message).not.toContain('secret');
  });

  test('that is gone is named', async () => {
    rmSync(file);
    await expect(refreshTokens(scenario)).rejects.toThrow(`${file}: tokens.refresh.tokensFile: cannot be read`);
  });
});
