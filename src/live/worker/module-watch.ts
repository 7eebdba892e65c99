import { failureText, ProtocolFailed } from '../../protocols/own/failure.ts';
import { CALL, type CallsUnderWay } from '../../protocols/own/module-codec.ts';
import { METHODS } from '../../protocols/own/own-module.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { WorkerLine } from './worker-line.ts';

const LOOK_MS = 500;
/** Time in one call of a method after which it counts as never to return, ms. */
const CALL_LIMIT_MS = 5000;
/** Time without an answer after which a worker process counts as stuck, ms: its calls cannot be seen from here. */
const PROCESS_LIMIT_MS = 30_000;

interface Seen {
  count: number;
  sinceMs: number;
}

/**
 * Watches whether the methods of a protocol's own module return. Only the thread that they block bounds them, so the
 * coordinator looks from outside, and the run ends with those threads.
 */
export class ModuleWatch {
  readonly #file: string;
  readonly #calls: readonly CallsUnderWay[];
  readonly #seen: readonly Seen[];
  readonly #lines = new Map<number, WorkerLine>();
  readonly #failed: (error: ProtocolFailed) => void;
  readonly #timer: NodeJS.Timeout;

  private constructor(file: string, workers: number, failed: (error: ProtocolFailed) => void) {
    this.#file = file;
    this.#calls = Array.from({ length: workers }, () => new Int32Array(new SharedArrayBuffer(8)));
    this.#seen = this.#calls.map(() => ({ count: 0, sinceMs: performance.now() }));
    this.#failed = failed;
    this.#timer = setInterval(() => this.#look(performance.now()), LOOK_MS);
  }

  /** @returns null: the protocol is none of the user's own */
  static of({ target }: Scenario, workers: number, failed: (error: ProtocolFailed) => void): ModuleWatch | null {
    if (target.kind !== 'url' || target.protocol.kind !== 'module') return null;
    return new ModuleWatch(target.protocol.file, workers, failed);
  }

  callsOf(worker: number): CallsUnderWay | undefined {
    return this.#calls[worker];
  }

  /** Follows a worker in a process of its own by its answers. */
  follow(worker: number, line: WorkerLine): void {
    this.#lines.set(worker, line);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(nowMs: number): void {
    for (const [worker, calls] of this.#calls.entries()) {
      const seen = this.#seen[worker]!;
      const method = Atomics.load(calls, CALL.method);
      const count = Atomics.load(calls, CALL.count);
      if (method === 0 || count !== seen.count) {
        seen.count = count;
        seen.sinceMs = nowMs;
      } else if (nowMs - seen.sinceMs >= CALL_LIMIT_MS) {
        return this.#fail(METHODS[method - 1] ?? '', `did not return within ${CALL_LIMIT_MS / 1000} s`);
      }
    }
    for (const line of this.#lines.values()) {
      if (line.overdueMs >= PROCESS_LIMIT_MS)
        return this.#fail('', `lets a worker process answer nothing for ${PROCESS_LIMIT_MS / 1000} s`);
    }
  }

  #fail(method: string, what: string): void {
    this.stop();
    this.#failed(new ProtocolFailed(failureText(this.#file, method, what)));
  }
}
