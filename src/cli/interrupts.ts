import { EXIT } from './exit-code.ts';
import { log } from './output.ts';

/** Actions to run before an immediate stop. */
const finalActions = new Set<() => void>();

/**
 * Registers an action to run before an immediate stop.
 *
 * @returns a function that removes the action
 */
export function beforeStop(action: () => void): () => void {
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

  stopNow(): never {
    for (const action of finalActions) action();
    process.exit(EXIT.interrupted);
  }

  /** Restores the default handling of signals. */
  release(): void {
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
  }
}
