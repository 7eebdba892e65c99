import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { MAIN } from './squall.ts';

/** A `squall worker` of a test, in a group of processes of its own. */
export interface ShardWorker {
  readonly pid: number;
  /** what it has said, without the time of day */
  readonly lines: readonly string[];
  /** Resolves to the first line that matches, said before or after the call. */
  said(pattern: RegExp): Promise<string>;
  /** Sends a signal to the worker alone. */
  signal(name: NodeJS.Signals): void;
  /** Sends a signal to the worker and the processes of its shards. */
  signalAll(name: NodeJS.Signals): void;
  /** process ids of its shards */
  shards(): readonly number[];
  /** resolves to its exit code; null: a signal ended it */
  readonly ended: Promise<number | null>;
}

/** Starts a worker, and waits until it is ready. It ends with the test that started it. */
export async function startWorker(redis: string, key: string, ...flags: readonly string[]): Promise<ShardWorker> {
  const child = spawn(process.execPath, [MAIN, 'worker', redis, ...flags], {
    env: { ...process.env, SQUALL_KEY: key },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const { pid = 0 } = child;
  const ended = once(child, 'close').then(() => child.exitCode);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const heard = (): void => {
    for (const look of waiting) look();
  };
  createInterface(child.stderr).on('line', (line) => {
    lines.push(line.replace(/^\d\d:\d\d:\d\d {2}/, ''));
    heard();
  });
  let isOver = false;
  void ended.then(() => {
    isOver = true;
    heard();
  });
  const worker: ShardWorker = {
    pid,
    lines,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => pattern.test(line));
          if (found === undefined && !isOver) return;
          waiting.delete(look);
          if (found === undefined) reject(new Error(`the worker never said ${String(pattern)}: ${lines.join('\n')}`));
          else resolve(found);
        };
        waiting.add(look);
        look();
      }),
    signal: (name) => child.kill(name),
    signalAll(name) {
      if (!isOver) process.kill(-pid, name);
    },
    shards: () => shardsOf(pid),
    ended,
  };
  onTestFinished(async () => {
    worker.signalAll('SIGKILL');
    await ended;
  });
  await worker.said(/ is ready for /);
  return worker;
}

/** Process ids of the shards that a worker holds. */
function shardsOf(parent: number): readonly number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return table
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+.*worker-process-main\.js/.exec(line))
    .flatMap((match) => (Number(match?.[2]) === parent ? [Number(match?.[1])] : []));
}
