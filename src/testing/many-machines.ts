import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { FolderError } from '../results/folder-error.ts';
import { readFolder, type FolderContent } from '../results/read-folder.ts';
import type { Summary } from '../results/summary.ts';
import { MAIN } from './squall.ts';

/** Longest wait until a process says something, or a run shows something, ms. */
const TIMEOUT_MS = 90_000;
const POLL_MS = 20;
/** Interval at which the folder of a run is read, ms. */
const LOOK_MS = 200;

/** A process of squall, in a group of its own with those that it starts, until it ends by itself or is ended. */
export interface Started {
  readonly pid: number;
  /** all that it has printed, on both outputs */
  readonly said: () => string;
  /** Resolves to the first line that matches, without its time of day; rejects when the process ends without it. */
  readonly says: (pattern: RegExp) => Promise<string>;
  /** Sends a signal to the process alone. */
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Sends a signal to it and the processes that it started. */
  readonly killAll: (signal: NodeJS.Signals) => void;
  /** resolves to its exit code; null: a signal ended it */
  readonly ended: Promise<number | null>;
}

/** A run in a process of its own, as a user starts it. */
export interface Coordinator extends Started {
  /** its results folder; null: it has none */
  readonly folder: string | null;
  /** what its results folder holds now */
  readonly content: FolderContent;
  /** Resolves when its results folder shows what the test waits for. */
  until(condition: (content: FolderContent) => boolean): Promise<void>;
  /** Resolves to its summary when it has ended. */
  summary(): Promise<Summary>;
}

export interface WorkerOptions {
  /** default: 1 */
  readonly slots?: number;
  readonly once?: boolean;
  readonly env?: NodeJS.ProcessEnv;
  /** command that starts it, such as one in another network namespace */
  readonly within?: readonly string[];
}

/** Workers and coordinators that share a Redis and a key, each a process of its own. They end with the test. */
export class Machines {
  readonly folder = mkdtempSync(join(tmpdir(), 'squall-machines-'));
  readonly #url: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #started: Started[] = [];
  #runs = 0;

  constructor(url: string, key = Buffer.alloc(32, 1).toString('base64'), env: NodeJS.ProcessEnv = {}) {
    this.#url = url;
    this.#env = { ...process.env, ...env, SQUALL_KEY: key, CI: '1' };
    onTestFinished(async () => {
      for (const each of this.#started) each.killAll('SIGKILL');
      await Promise.all(this.#started.map(({ ended }) => ended));
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** Starts a worker, and waits until it is ready. */
  async worker(name: string, { slots = 1, once: isOnce = false, env = {}, within = [] }: WorkerOptions = {}) {
    const flags = ['--slots', String(slots), '--name', name, ...(isOnce ? ['--once'] : [])];
    const worker = this.#start(['worker', this.#url, ...flags], within, env);
    await worker.says(/is ready for/);
    return worker;
  }

  /** Starts a run of a scenario, given as YAML, on the workers. */
  coordinator(yaml: string, ...options: readonly string[]): Coordinator {
    return this.alone(yaml, '--on', this.#url, ...options);
  }

  /** Starts a run of a scenario on this machine alone. */
  alone(yaml: string, ...options: readonly string[]): Coordinator {
    this.#runs += 1;
    const file = join(this.folder, `scenario-${this.#runs}.yaml`);
    const results = join(this.folder, `results-${this.#runs}`);
    writeFileSync(file, yaml);
    return withFolder(this.#start(['run', file, '--results', results, ...options]), results);
  }

  #start(args: readonly string[], within: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Started {
    const started = startGroup([...within, process.execPath, MAIN, ...args], { ...this.#env, ...env });
    this.#started.push(started);
    return started;
  }
}

function startGroup([command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Started {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const { pid = 0 } = child;
  let text = '';
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  let isOver = false;
  const ended = once(child, 'close').then(() => {
    isOver = true;
    return child.exitCode;
  });
  return {
    pid,
    said: () => text,
    says: async (pattern) => {
      const giveUpAt = performance.now() + TIMEOUT_MS;
      for (;;) {
        const line = linesOf(text).find((each) => pattern.test(each));
        if (line !== undefined) return line;
        if (isOver || performance.now() > giveUpAt) throw new Error(`nothing matches ${pattern} in:\n${text}`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    kill: (signal) => void child.kill(signal),
    killAll: (signal) => {
      if (!isOver) process.kill(-pid, signal);
    },
    ended,
  };
}

/** What a process has said, by lines without the time of day. */
function linesOf(text: string): readonly string[] {
  return text.split('\n').map((line) => line.replace(/^\d\d:\d\d:\d\d {2}/, ''));
}

function withFolder(started: Started, results: string): Coordinator {
  const folder = (): string | null => {
    const [run] = existsSync(results) ? readdirSync(results) : [];
    return run === undefined ? null : join(results, run);
  };
  const content = (): FolderContent => readFolder(folder() ?? results);
  return {
    ...started,
    get folder() {
      return folder();
    },
    get content() {
      return content();
    },
    async until(condition) {
      let isOver = false;
      void started.ended.then(() => (isOver = true));
      const holds = (): boolean => {
        if (isOver) throw new Error(`the run has ended: ${started.said()}`);
        try {
          return condition(content());
        } catch (error) {
          // The folder is not there yet.
          if (error instanceof FolderError) return false;
          throw error;
        }
      };
      await expect.poll(holds, { timeout: TIMEOUT_MS, interval: LOOK_MS }).toBe(true);
    },
    async summary() {
      const code = await started.ended;
      const { summary } = content();
      if (summary === null) throw new Error(`the run ended with code ${code}: ${started.said()}`);
      return summary;
    },
  };
}

/** How often a process has printed a text. */
export function times(text: string, { said }: Started): number {
  return said().split(text).length - 1;
}
