import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { FolderError } from '../results/folder-error.ts';
import { readFolder, type FolderContent } from '../results/read-folder.ts';
import type { Summary } from '../results/summary.ts';
import { MAIN } from './squall.ts';

/** Longest wait for a state of a run, ms. */
const UNTIL_MS = 90_000;

/** A run in a process of its own, as a user starts it. */
export interface CoordinatorProcess {
  /** Ends it at once, as `kill -9` does. */
  kill(): void;
  /** Resolves when the folder of its results shows what the test waits for. */
  until(condition: (content: FolderContent) => boolean): Promise<void>;
  /** resolves to its exit code; null: a signal ended it */
  readonly ended: Promise<number | null>;
  /** Resolves to what it printed at its end. */
  summary(): Promise<Summary>;
  /** the folder of its results, as it is now */
  readonly content: FolderContent;
  /** lines of its record of tokens */
  readonly tokens: readonly string[];
}

/** Starts `squall run` on a scenario. It ends with the test that started it. */
export function startCoordinator(key: string, scenario: string, ...flags: readonly string[]): CoordinatorProcess {
  const folder = mkdtempSync(join(tmpdir(), 'squall-many-'));
  const file = join(folder, 'story.yaml');
  writeFileSync(file, scenario);
  const results = join(folder, 'results');
  const child = spawn(process.execPath, [MAIN, 'run', file, '--json', '--results', results, ...flags], {
    env: { ...process.env, SQUALL_KEY: key },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed.stderr += text));
  const ended = once(child, 'close').then(() => child.exitCode);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true });
  });
  const dir = (): string => join(results, existsSync(results) ? (readdirSync(results)[0] ?? '') : '');
  const contentOrNull = (): FolderContent | null => {
    try {
      return readFolder(dir());
    } catch (error) {
      // The folder is not there yet.
      if (error instanceof FolderError) return null;
      throw error;
    }
  };
  return {
    kill: () => void child.kill('SIGKILL'),
    async until(condition) {
      const holds = (): boolean => {
        if (child.exitCode !== null) throw new Error(`the run ended with code ${child.exitCode}: ${printed.stderr}`);
        const content = contentOrNull();
        return content !== null && condition(content);
      };
      await expect.poll(holds, { timeout: UNTIL_MS, interval: 200 }).toBe(true);
    },
    ended,
    async summary() {
      const code = await ended;
      if (printed.stdout === '') throw new Error(`the run ended with code ${code}: ${printed.stderr}`);
      return JSON.parse(printed.stdout) as Summary;
    },
    get content() {
      return readFolder(dir());
    },
    get tokens() {
      return readFileSync(join(dir(), 'tokens.fp'), 'utf8').trimEnd().split('\n');
    },
  };
}
