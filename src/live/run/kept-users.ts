import type { RenewedTokens, UsersOut } from '../../identity/users-out.ts';
import type { EventLog } from './event-log.ts';

/** Writes the newest tokens of a run's users into their file as the run goes. A file that cannot be written is a warning. */
export class KeptUsers {
  readonly #out: UsersOut;
  readonly #log: EventLog;
  #hasWarned = false;

  constructor(out: UsersOut, log: EventLog) {
    this.#out = out;
    this.#log = log;
  }

  note(renewed: readonly RenewedTokens[]): void {
    this.#out.note(renewed);
    this.#try(() => this.#out.writeDue(() => performance.now()));
  }

  /** Writes what is not in the file yet. */
  end(): void {
    this.#try(() => this.#out.write());
  }

  #try(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (this.#hasWarned) return;
      this.#hasWarned = true;
      const why = error instanceof Error ? error.message : 'for no stated reason';
      this.#log.log(
        'warning',
        `rotated tokens could not be written to ${this.#out.file} (${why}): the endpoint may refuse those in it to the next run`,
      );
    }
  }
}
