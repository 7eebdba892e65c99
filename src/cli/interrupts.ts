import { EXIT } from './exit-code.ts';
import { log } from './output.ts';

/** What is done before everything stops at once. */
const finalActions = new Set<() => void>();

/**
 * Has something done before everything stops at once.
 *
 * @returns takes it back
 */
export function beforeStop(deed: () => void): () => void {
  finalActions.add(deed);
  return () => finalActions.delete(deed);
}

/** Ctrl-C, or SIGTERM: the first time the run winds down and reports, the second time everything stops at once. */
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
    for (const deed of finalActions) deed();
    process.exit(EXIT.interrupted);
  }

  /** From here on a signal does what signals do. */
  release(): void {
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
  }
}
