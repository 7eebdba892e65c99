import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Summary } from '../results/summary.ts';
import { MAIN } from './squall.ts';

/** Longest wait until a process says something, ms. */
const SAYS_TIMEOUT_MS = 60_000;
const POLL_MS = 20;

/** A process of squall that goes on until it ends by itself or is ended. */
export interface Started {
  readonly pid: number;
  /** all that it has printed, on both outputs */
  readonly said: () => string;
  /** Resolves when what it has printed matches; rejects when it ends, or says nothing of the kind for a minute. */
  readonly says: (pattern: RegExp) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
  /** resolves to its exit code; null: a signal ended it */
  readonly ended: Promise<number | null>;
}

export interface WorkerOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** command that starts it in another network namespace */
  readonly within?: readonly string[];
}

/** Workers and coordinators that share a Redis and a key, each a process of its own. */
export class Machines {
  readonly folder = mkdtempSync(join(tmpdir(), 'squall-machines-'));
  readonly #url: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #started: ChildProcess[] = [];

  /** They end with the test. */
  constructor(url: string, key = Buffer.alloc(32, 1).toString('base64'), env: NodeJS.ProcessEnv = {}) {
    this.#url = url;
    this.#env = { ...process.env, ...env, SQUALL_KEY: key, CI: '1' };
    onTestFinished(() => {
      for (const child of this.#started) child.kill('SIGKILL');
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** Starts a worker with one slot, and waits until it is ready. */
  async worker(name: string, { env = {}, within = [] }: WorkerOptions = {}): Promise<Started> {
    const worker = this.#start(['worker', this.#url, '--slots', '1', '--name', name], within, env);
    await worker.says(/is ready for/);
    return worker;
  }

  /** Starts a run of a scenario, given as YAML. */
  coordinator(yaml: string, ...options: readonly string[]): Started {
    const file = join(this.folder, 'scenario.yaml');
    writeFileSync(file, yaml);
    return this.#start(['run', file, '--on', this.#url, '--results', join(this.folder, 'results'), ...options]);
  }

  /** The summary of the first run. */
  summary(): Summary {
    const results = join(this.folder, 'results');
    const [run = ''] = readdirSync(results).toSorted();
    return JSON.parse(readFileSync(join(results, run, 'summary.json'), 'utf8')) as Summary;
  }

  #start(args: readonly string[], within: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Started {
    const [command = '', ...rest] = [...within, process.execPath, MAIN, ...args];
    const child = spawn(command, rest, { env: { ...this.#env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#started.push(child);
    let text = '';
    for (const output of [child.stdout, child.stderr])
      output.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    let isOver = false;
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    void ended.then(() => (isOver = true));
    return {
      pid: child.pid ?? 0,
      said: () => text,
      says: async (pattern) => {
        const giveUpAt = performance.now() + SAYS_TIMEOUT_MS;
        while (!pattern.test(text)) {
          if (isOver || performance.now() > giveUpAt) throw new Error(`${args[0]} did not say ${pattern}:\n${text}`);
          await new Promise((resolve) => setTimeout(resolve, POLL_MS));
        }
      },
      kill: (signal) => void child.kill(signal),
      ended,
    };
  }
}

/** How often a process has printed a text. */
export function times(text: string, { said }: Started): number {
  return said().split(text).length - 1;
}
