import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { oneLine } from '../../core/text/one-line.ts';
import type { OccurrenceOf } from '../../core/fault/occurrence.ts';
import type { InjectionLog, Injector } from './injector.ts';

/** Characters kept of the end of a command's stderr. */
const MAX_KEPT_CHARS = 4096;
/** Most characters of the last line that a report quotes. */
const MAX_QUOTED_CHARS = 160;
/** Matches what is long enough to be a token or a key; it is not quoted. */
const SECRET = /[\w.~+/=-]{24,}/g;

/** Runs the user's commands; a command has hit when it exits with 0. */
export function execInjector(log: InjectionLog): Injector<'exec'> {
  const running = new Map<ChildProcess, OccurrenceOf<'exec'>>();

  /**
   * Counts the hit or the failure of a command, once.
   * @param why reason of the failure; null: it succeeded
   */
  function over(child: ChildProcess, timer: NodeJS.Timeout, why: string | null): void {
    clearTimeout(timer);
    const occurrence = running.get(child);
    if (!running.delete(child) || occurrence === undefined) return;
    if (why === null) log.hit(occurrence);
    else log.failed(occurrence, why);
  }

  return {
    begin(occurrence) {
      const { fault } = occurrence;
      log.planned(occurrence, 1);
      const [program = '', ...args] = fault.command;
      // A process group of its own, so that its children end with it and Ctrl-C reaches squall alone.
      const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
      running.set(child, occurrence);
      const stderr = new StderrTail();
      child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.append(text));
      const timer = setTimeout(() => {
        kill(child);
        over(child, timer, `it took longer than ${fault.timeoutMs} ms`);
      }, fault.timeoutMs);
      child.once('error', (error) => over(child, timer, error.message));
      child.once('close', (code, signal) => over(child, timer, outcome(code, signal, stderr)));
    },
    async close() {
      const left = [...running];
      for (const [child, occurrence] of left) {
        running.delete(child);
        log.missed(occurrence, 'run-over');
        kill(child);
      }
      const alive = left.filter(
        ([{ pid, exitCode, signalCode }]) => pid !== undefined && exitCode === null && signalCode === null,
      );
      await Promise.all(alive.map(([child]) => once(child, 'exit')));
    },
  };
}

function outcome(code: number | null, signal: string | null, stderr: StderrTail): string | null {
  if (code === 0) return null;
  return `${signal === null ? `exit code ${code}` : `killed by ${signal}`}${stderr.lastLine()}`;
}

/** The end of a command's stderr and its number of lines. */
class StderrTail {
  #end = '';
  #lines = 0;

  append(text: string): void {
    this.#lines += text.split('\n').length - 1;
    this.#end = (this.#end + text).slice(-MAX_KEPT_CHARS);
  }

  /** Formats the last line, without secrets, after a colon; empty when stderr was empty. */
  lastLine(): string {
    const lines = this.#end.trim().split(/\r?\n/);
    const last = oneLine(lines.at(-1) ?? '').replaceAll(SECRET, '[…]');
    if (last === '') return '';
    const cut = last.length > MAX_QUOTED_CHARS ? `${last.slice(0, MAX_QUOTED_CHARS - 1)}…` : last;
    const before = Math.max(lines.length, this.#lines + (this.#end.endsWith('\n') ? 0 : 1)) - 1;
    return `: ${cut}${before > 0 ? ` (the last of ${before + 1} lines)` : ''}`;
  }
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // The command has just ended by itself.
  }
}
