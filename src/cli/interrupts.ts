import { EXIT } from './exit-code.ts';
import { say } from './output.ts';

/** What is done before everything stops at once. */
const lastDeeds = new Set<() => void>();

/**
 * Has something done before everything stops at once.
 *
 * @returns takes it back
 */
export function beforeStop(deed: () => void): () => void {
  lastDeeds.add(deed);
  return () => lastDeeds.delete(deed);
}

/** Ctrl-C, or SIGTERM: the first time the run winds down and reports, the second time everything stops at once. */
export class Interrupts {
  readonly #abort = new AbortController();
  readonly #onSignal = (): void => {
    if (this.#abort.signal.aborted) return this.stopNow();
    say('winding down; once more to stop at once');
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
    for (const deed of lastDeeds) deed();
    process.exit(EXIT.interrupted);
  }

  /** From here on a signal does what signals do. */
  release(): void {
    process.off('SIGINT', this.#onSignal);
    process.off('SIGTERM', this.#onSignal);
  }
}
