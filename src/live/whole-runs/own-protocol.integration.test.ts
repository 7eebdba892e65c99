import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { squall } from '../../testing/squall.ts';
import { mintedAccess, type RealServer, startServer } from '../../testing/real-servers/start-server.ts';
import { countedAlike, dropAndExpiry } from '../../testing/real-servers/storm.ts';

const EXAMPLE = fileURLToPath(new URL('../../../fixtures/protocols/lines.mjs', import.meta.url));

async function lines(): Promise<RealServer> {
  return startServer('lines', { ...(await mintedAccess()), atExpiry: 'close' });
}

test('the worked example goes through a storm and an expiry, and both sides count the same', async () => {
  const server = await lines();
  const seen = await dropAndExpiry(
    `{ url: ws://127.0.0.1:${server.port}/, protocol: { module: { file: ${EXAMPLE}, options: { room: news } } } }`,
    'clients.heartbeat={ every: 500ms, answered: false }',
  );
  const counts = await server.counts();
  expect(seen).toMatchObject(countedAlike(counts));
  expect(seen).toMatchObject({ expired: 50, recovered: 100, failedAttempts: 0 });
  expect(counts).toMatchObject({ connections: 150, joins: 150, refused: 0, strangeMessages: 0 });
  expect(counts.clientPings).toBeGreaterThanOrEqual(50);
});

const SHAPE = "contract: 1, shape: { handshake: 'server-first', acknowledges: true }";
const GOOD =
  "authenticate: (token) => 'AUTH ' + token, receive: (text) => ({ is: text === 'HELLO' ? 'greeting' : 'authenticated' })";

/** Runs a scenario of a few clients whose protocol is a module with this text. */
async function ran(
  module: string,
  verb: 'run' | 'simulate',
  ...options: readonly string[]
): Promise<{ readonly code: number | null; readonly stderr: string; readonly file: string }> {
  const server = await lines();
  const folder = mkdtempSync(join(tmpdir(), 'squall-own-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'ours.mjs');
  writeFileSync(file, module);
  const scenario = join(folder, 'ours.yaml');
  writeFileSync(
    scenario,
    `
duration: 60s
target: { url: "ws://127.0.0.1:${server.port}/", protocol: ./ours.mjs }
tokens: { carrier: message }
clients: { count: 3, arrive: { over: 0s } }
`,
  );
  const { code, stderr } = await squall([verb, scenario, '--results', join(folder, 'results'), ...options]);
  return { code, stderr, file };
}

describe('a module that is none of the contract', () => {
  test.each([
    [
      'throws',
      `authenticate: (token) => { throw new Error('no ' + token); }, receive: () => ({ is: 'greeting' })`,
      'authenticate',
      'threw Error: no [removed]',
    ],
    [
      'returns rubbish',
      `authenticate: () => 'x', receive: () => ({ is: 'nonsense' })`,
      'receive',
      'returned a message whose `is`',
    ],
    ['lacks a method', `receive: () => ({ is: 'greeting' })`, 'authenticate', 'is missing'],
    [
      'does not return',
      `authenticate: () => 'x', receive: () => { for (;;); }`,
      'receive',
      'did not return within 5 s',
    ],
  ])('and %s ends the run with an error that names file and method', async (_what, methods, method, words) => {
    const { code, stderr, file } = await ran(
      `export default { ${SHAPE}, connect: () => ({ ${methods} }) };`,
      'run',
      '--allow-exec',
    );
    expect(stderr).toContain(`${file}: ${method} ${words}`);
    expect(code).toBe(2);
  });

  test.each(['run', 'simulate'] as const)(
    'is not loaded by %s without consent, and names what is wrong with consent',
    async (verb) => {
      const marked = `process.stderr.write('it ran\\n'); export default { contract: 2 };`;
      const refused = await ran(marked, verb);
      expect(refused.stderr).toContain('--allow-exec');
      expect(refused.stderr).not.toContain('it ran');
      expect(refused.code).toBe(verb === 'run' ? 4 : 2);
      const loaded = await ran(marked, verb, '--allow-exec');
      expect(loaded.stderr).toContain(`${loaded.file}: the module is not of contract 1`);
      expect(loaded.code).toBe(2);
    },
  );

  test('gives virtual time its shape', async () => {
    const { code, stderr } = await ran(
      `export default { ${SHAPE}, connect: () => ({ ${GOOD} }) };`,
      'simulate',
      '--allow-exec',
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
  });
});
