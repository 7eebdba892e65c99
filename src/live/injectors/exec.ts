import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { oneLine } from '../../core/text/one-line.ts';
import type { OccurrenceOf } from '../../core/fault/occurrence.ts';
import type { InjectionLog, Injector } from './injector.ts';

/** Of what the command says on stderr, only the end is kept. */
const MAX_KEPT_CHARS = 4096;
/** Characters of the last line that a report quotes, at most. */
const MAX_TOLD_CHARS = 160;
/** Anything long enough to be a token or a key is not repeated. */
const SECRET = /[\w.~+/=-]{24,}/g;

/** Runs the user's own commands. A command has hit when it exits with 0. */
export class ExecInjector implements Injector<'exec'> {
  readonly #account: InjectionLog;
  readonly #running = new Map<ChildProcess, OccurrenceOf<'exec'>>();

  constructor(account: InjectionLog) {
    this.#account = account;
  }

  begin(occurrence: OccurrenceOf<'exec'>): void {
    const { fault } = occurrence;
    this.#account.planned(occurrence, 1);
    const [program = '', ...args] = fault.command;
    // A group of its own: what it started is ended with it, and ctrl-C is for squall.
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    this.#running.set(child, occurrence);
    const said = new Said();
    child.stderr.setEncoding('utf8').on('data', (text: string) => said.take(text));
    const timer = setTimeout(() => {
      kill(child);
      this.#over(child, timer, `it took longer than ${fault.timeoutMs} ms`);
    }, fault.timeoutMs);
    child.once('error', (error) => this.#over(child, timer, error.message));
    child.once('close', (code, signal) => this.#over(child, timer, outcome(code, signal, said)));
  }

  async close(): Promise<void> {
    const left = [...this.#running];
    for (const [child, occurrence] of left) {
      this.#running.delete(child);
      this.#account.missed(occurrence, 'run-over');
      kill(child);
    }
    const running = left.filter(
      ([{ pid, exitCode, signalCode }]) => pid !== undefined && exitCode === null && signalCode === null,
    );
    await Promise.all(running.map(([child]) => once(child, 'exit')));
  }

  /** @param why it failed; null when it did not */
  #over(child: ChildProcess, timer: NodeJS.Timeout, why: string | null): void {
    clearTimeout(timer);
    const occurrence = this.#running.get(child);
    if (!this.#running.delete(child) || occurrence === undefined) return;
    if (why === null) this.#account.hit(occurrence);
    else this.#account.failed(occurrence, why);
  }
}

function outcome(code: number | null, signal: string | null, said: Said): string | null {
  if (code === 0) return null;
  return `${signal === null ? `exit code ${code}` : `killed by ${signal}`}${said.told()}`;
}

/** What a command says on stderr: its end, and how many lines there were. */
class Said {
  #end = '';
  #lines = 0;

  take(text: string): void {
    this.#lines += text.split('\n').length - 1;
    this.#end = (this.#end + text).slice(-MAX_KEPT_CHARS);
  }

  /** The last line, on one line and without secrets, behind a colon; nothing where nothing was said. */
  told(): string {
    const lines = this.#end.trim().split(/\r?\n/);
    const last = oneLine(lines.at(-1) ?? '').replaceAll(SECRET, '[…]');
    if (last === '') return '';
    const cut = last.length > MAX_TOLD_CHARS ? `${last.slice(0, MAX_TOLD_CHARS - 1)}…` : last;
    const before = Math.max(lines.length, this.#lines + (this.#end.endsWith('\n') ? 0 : 1)) - 1;
    return `: ${cut}${before > 0 ? ` (the last of ${before + 1} lines)` : ''}`;
  }
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
