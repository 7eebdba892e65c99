import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKOUT } from './checkout.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { examplesIn, scenariosIn } from './readme-examples.ts';

/** Maximum time of all examples together; a longer one stands in a block marked `no-run`. */
const EXAMPLES_TIMEOUT_MS = 240_000;

const readme = readFileSync(join(CHECKOUT, 'README.md'), 'utf8');
/** Pages whose command lines are run, from the top of a checkout. */
const PAGES = ['README.md', 'docs/many-machines.md'];
const examples = PAGES.flatMap((page) =>
  examplesIn(readFileSync(join(CHECKOUT, page), 'utf8')).map((example) => ({ page, ...example })),
);

describe('README.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'squall-readme-'));
  const bin = join(folder, 'bin');
  let deadline: AbortSignal;

  beforeAll(() => {
    // The folder has what a reader has after a clone and an install: the scenarios, the fixtures and the command.
    for (const name of ['scenarios', 'fixtures']) cpSync(join(CHECKOUT, name), join(folder, name), { recursive: true });
    mkdirSync(bin);
    const command = `#!/bin/sh\nexec "${process.execPath}" "${join(CHECKOUT, 'dist', 'main.js')}" "$@"\n`;
    writeFileSync(join(bin, 'squall'), command, { mode: 0o755 });
    deadline = AbortSignal.timeout(EXAMPLES_TIMEOUT_MS);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(PAGES)('%s has examples', (name) => {
    expect(examples.filter(({ page }) => page === name)).not.toEqual([]);
  });

  it.each(scenariosIn(readme))('line $line: the YAML is a scenario', ({ text }) => {
    expect(parseScenario(text, 'README.md').durationMs).toBeGreaterThan(0);
  });

  // The timeout is a little longer than the deadline, which kills the command and says so.
  it.each(examples)(
    '$page, line $line: $command',
    { timeout: EXAMPLES_TIMEOUT_MS + 5_000 },
    async ({ command, exitCode }) => {
      const result = await run(command);
      expect(result.exitCode, result.output).toBe(exitCode);
    },
  );

  async function run(command: string): Promise<{ readonly exitCode: number | null; readonly output: string }> {
    const shell = spawn('sh', ['-c', command], {
      cwd: folder,
      // A process group of its own lets the deadline kill every process that the command has started.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, CI: 'true', NO_COLOR: '1', PATH: [bin, process.env['PATH']].join(delimiter) },
    });
    const kill = () => shell.pid !== undefined && process.kill(-shell.pid, 'SIGKILL');
    deadline.addEventListener('abort', kill, { once: true });
    if (deadline.aborted) kill();
    const [output] = await Promise.all([allOf(shell.stdout, shell.stderr), once(shell, 'close')]);
    deadline.removeEventListener('abort', kill);
    if (deadline.aborted)
      throw new Error(`the examples took more than ${EXAMPLES_TIMEOUT_MS} ms; mark long ones no-run`);
    return { exitCode: shell.exitCode, output };
  }
});

async function allOf(...streams: readonly Readable[]): Promise<string> {
  return (await Promise.all(streams.map((stream) => textOf(stream)))).join('');
}
