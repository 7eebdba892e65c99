import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { CLOSE } from '../core/server/closes.ts';
import { REFUSAL } from '../core/server/refusals.ts';
import { CHECKOUT } from './checkout.ts';

const page = readFileSync(join(CHECKOUT, 'docs', 'serve.md'), 'utf8');
const [, script = ''] = /^```js\n([^]*?)^```$/m.exec(page) ?? [];
const [, options = ''] = /`squall serve (--on-expiry [^`]*) users\.csv`/.exec(page) ?? [];

test('the client in docs/serve.md works with squall serve, and prints the lines that the page shows', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-serve-page-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const tokens = join(folder, 'users.csv');
  const main = join(CHECKOUT, 'dist', 'main.js');
  const server = spawn(process.execPath, [main, 'serve', '--json', ...options.split(' '), tokens]);
  onTestFinished(() => void server.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
  const { gatewayUrl, tokenUrl } = JSON.parse(line) as { gatewayUrl: string; tokenUrl: string };
  const [, refreshToken = ''] = readFileSync(tokens, 'utf8').split('\n');
  const client = ['--input-type=module', '--eval', script, gatewayUrl, tokenUrl, refreshToken];
  const { stdout } = await promisify(execFile)(process.execPath, client, { cwd: CHECKOUT, timeout: 120_000 });
  expect(stdout).toBe('ack\nexpiring\nauthenticated\nclosed 1000\n');
});

test.each(Object.values(CLOSE))('docs/serve.md has the close $code $reason', ({ code, reason, advice }) => {
  const { code: name } = JSON.parse(reason) as { code: string };
  expect(cellsOf(page)).toContainEqual([String(code), `\`${name}\``, `\`${advice}\``]);
});

test.each(Object.values(REFUSAL))('docs/serve.md has the refusal $status $error', ({ status, error, advice }) => {
  expect(cellsOf(page).map((cells) => cells.slice(0, 3))).toContainEqual([
    String(status),
    `\`${error}\``,
    `\`${advice}\``,
  ]);
});

/** The rows of a page's tables, cell by cell. */
function cellsOf(markdown: string): string[][] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}
