import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ExecFault } from '../../core/fault/exec.ts';
import { AT_ONCE } from '../../core/fault/planned.test.helper.ts';
import { Watched } from './watched.test.helper.ts';

const shell = (script: string, timeoutMs = 60_000): ExecFault => ({
  ...AT_ONCE,
  kind: 'exec',
  command: ['/bin/sh', '-c', script],
  timeoutMs,
});

function started(): Watched {
  const watched = new Watched();
  onTestFinished(() => watched.injectors.close());
  return watched;
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'squall-exec-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

/** Whether a process has ended; its parent may not have reaped it yet. */
function isDead(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^(Z.*)?$/.test(stdout.trim());
}

/** Whether a process neither runs nor is a zombie. */
function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

afterEach(() => {
  delete process.env.SQUALL_EXEC_TEST;
});

describe('a command of the user', () => {
  test('has hit when it exits with 0, and runs in the environment of squall', async () => {
    process.env.SQUALL_EXEC_TEST = 'seen';
    const file = join(folder(), 'out');
    const run = started();
    run.begin(shell(`printf "$SQUALL_EXEC_TEST" > ${file}`));
    expect(await run.settled()).toEqual({ planned: 1, hit: 1, missed: {} });
    expect(readFileSync(file, 'utf8')).toBe('seen');
    expect(run.warnings).toEqual([]);
  });

  test('has failed with any other exit code, and its last line is quoted without secrets and control characters', async () => {
    const run = started();
    run.begin(
      shell(`echo first >&2; printf 'no \\033[31mroute to eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln\\n' >&2; exit 3`),
    );
    expect(await run.settled()).toEqual({ planned: 1, hit: 0, missed: { failed: 1 } });
    expect(run.warnings).toEqual(['exec fault: exit code 3: no [31mroute to […] (the last of 2 lines)']);
  });

  test('is quoted in one line of bounded length, however much it wrote', async () => {
    const run = started();
    run.begin(
      shell(
        `yes 'a b' | head -n 3000 >&2; printf '::error::PWN \\r##[error]PWN' >&2; yes 'x' | head -n 500 | tr '\\n' ' ' >&2; exit 1`,
      ),
    );
    await run.settled();
    const [warning = ''] = run.warnings;
    expect(warning).toMatch(/^exec fault: exit code 1: .*… \(the last of 3001 lines\)$/);
    expect(warning).not.toMatch(/##\[|[\r\n]/);
    expect(warning.length).toBeLessThan(250);
  });

  test('has failed when there is no such program', async () => {
    const run = started();
    run.begin({ ...shell(''), command: ['/nowhere/at-all'] });
    expect(await run.settled()).toEqual({ planned: 1, hit: 0, missed: { failed: 1 } });
    expect(run.warnings).toEqual(['exec fault: spawn /nowhere/at-all ENOENT']);
  });

  test('is killed with its children at its timeout', async () => {
    const file = join(folder(), 'pid');
    const run = started();
    run.begin(shell(`sleep 600 & echo $! > ${file}.part; mv ${file}.part ${file}; wait`, 500));
    expect(await run.settled()).toEqual({ planned: 1, hit: 0, missed: { failed: 1 } });
    expect(run.warnings).toEqual(['exec fault: it took longer than 500 ms']);
    await vi.waitFor(() => expect(isDead(Number(readFileSync(file, 'utf8')))).toBe(true), 20_000);
  });

  test('is killed when the run ends, and leaves no process behind', async () => {
    const file = join(folder(), 'pid');
    const run = started();
    run.begin(shell(`echo $$ > ${file}.part; mv ${file}.part ${file}; sleep 600`));
    await vi.waitFor(() => expect(existsSync(file)).toBe(true), { timeout: 60_000 });
    await run.injectors.close();
    expect(run.tally).toEqual({ planned: 1, hit: 0, missed: { 'run-over': 1 } });
    expect(run.warnings).toEqual([]);
    expect(isGone(Number(readFileSync(file, 'utf8')))).toBe(true);
  });
});
