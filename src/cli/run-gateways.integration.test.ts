import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { MAIN } from '../testing/squall.ts';

const SCENARIO = `
duration: 2s
target: { embedded: { gateways: 3 } }
clients: { count: 30, arrive: { over: 300ms } }
faults: [{ at: 1s, share: 30%, for: 300ms, gateway: crash }]
generator: { maxLateness: 1s }
`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'squall-gateways-'));
  writeFileSync(join(folder, 'three.yaml'), SCENARIO);
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

/** The running child processes of `pid`, by their kind. */
function childrenOf(pid: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+.*embedded\/main\.js/.exec(line))
    .flatMap((match) => (Number(match?.[2]) === pid ? [Number(match?.[1])] : []));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('ctrl-C, while one gateway is down and another is starting, leaves no process behind', async () => {
  const rolling =
    'faults=[{ at: 600ms, for: 60s, gateway: crash, share: 30% }, { at: 600ms, for: 3s, gateway: rolling }]';
  const child = spawn(process.execPath, [MAIN, 'run', 'three.yaml', '--set', 'duration=60s', '--set', rolling], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const pids = new Set<number>();
  const look = (): void => childrenOf(child.pid!).forEach((pid) => pids.add(pid));
  let said = '';
  let interrupted = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    look();
    if (interrupted || !/fault-begin/.test(said)) return;
    interrupted = true;
    child.kill('SIGINT');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(130);
  expect(pids.size).toBeGreaterThanOrEqual(4);
  expect([...pids].filter(isAlive)).toEqual([]);
});
