import { EXIT } from './exit-code.ts';
import { log } from './output.ts';

/** An action before an immediate stop, and what it still waits for. */
type FinalAction = () => void | Promise<void>;

/** Actions to run before an immediate stop. */
const finalActions = new Set<FinalAction>();
/** Longest wait for them, ms. */
const FINAL_MS = 500;

/** An interrupt before the run began. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  /** @param when such as `while it waited for workers` */
  constructor(when: string) {
    super(`interrupted ${when}: nothing was started`);
  }
}

/**
 * Registers an action to run before an immediate stop.
 *
 * @returns a function that removes the action
 */
export function beforeStop(action: FinalAction): () => void {
  finalActions.add(action);
  return () => finalActions.delete(action);
}

/** Handles Ctrl-C and SIGTERM: the first winds the run down and reports, the second stops at once. */
export class Interrupts {
  readonly #abort = new AbortController();
  readonly #onSignal = (): void => {
    if (this.#abort.signal.aborted) return this.stopNow();
    log('winding down; once more to stop at once');
    this.windDown();
  };

  constructor() {
    process.on('SIGINT', this.#onSignal);
    process.on('SIGTERM', this.#onSignal);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  windDown(): void {
    this.#abort.abort();
  }

  stopNow(): void {
    const waits = [...finalActions].flatMap((action) => action() ?? []);
    if (waits.length === 0) process.exit(EXIT.interrupted);
    setTimeout(() => process.exit(EXIT.interrupted), FINAL_MS);
    void Promise.allSettled(waits).then(() => process.exit(EXIT.interrupted));
  }

  /** Restores the default handling of signals. */
  release(): void {
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
  }
}
