import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { MAIN, NUMBERS } from '../testing/squall.ts';

const SCENARIO = `
duration: 60s
target: { embedded: {} }
clients: { count: 30, arrive: { over: 300ms } }
generator: { maxLateness: 1s, workers: 2, workerType: process }
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'squall-processes-'));
  writeFileSync(join(folder, 'two.yaml'), SCENARIO);
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

/** Starts a run in a process group of its own, and waits until its clients run. */
async function running(): Promise<{ child: ChildProcess; pids: readonly number[] }> {
  const child = spawn(process.execPath, [MAIN, 'run', 'two.yaml'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  for await (const text of child.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    said += String(text);
    if (NUMBERS.test(said)) break;
  }
  child.stderr.resume();
  const pids = childrenOf(child.pid!);
  expect(pids.map(({ entry }) => entry).toSorted()).toEqual([
    'main',
    'main',
    'worker-process-main',
    'worker-process-main',
  ]);
  return { child, pids: pids.map(({ pid }) => pid) };
}

function childrenOf(parent: number): readonly { readonly pid: number; readonly entry: string }[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+.*\/([\w-]+)\.js/.exec(line))
    .flatMap((match) => (Number(match?.[2]) === parent ? [{ pid: Number(match?.[1]), entry: match?.[3] ?? '' }] : []));
}

function aliveAmong(pids: readonly number[]): readonly number[] {
  return pids.filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });
}

test('ctrl-C, which reaches every process, winds a run with worker processes down and leaves none behind', async () => {
  const { child, pids } = await running();
  process.kill(-child.pid!, 'SIGINT');
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(130);
  expect(aliveAmong(pids)).toEqual([]);
});

test('a run that is killed takes its worker processes with it', async () => {
  const { child, pids } = await running();
  child.kill('SIGKILL');
  await once(child, 'close');
  await expect.poll(() => aliveAmong(pids)).toEqual([]);
});
