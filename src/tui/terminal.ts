import type { WriteStream } from 'node:tty';

/** xterm control sequences (DEC private modes 1049, the alternate screen, and 25, the cursor). */
const ENTER_ALTERNATE = '\x1b[?1049h';
const LEAVE_ALTERNATE = '\x1b[?1049l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR_AND_HOME = '\x1b[2J\x1b[H';

/**
 * The alternate screen of a terminal, held for the time of a run: what the user had on screen comes back afterwards,
 * and a resize leaves no debris behind.
 */
export class AlternateScreen {
  readonly #stdout: WriteStream;
  #held = false;

  constructor(stdout: WriteStream) {
    this.#stdout = stdout;
  }

  enter(): void {
    this.#held = true;
    this.#stdout.write(ENTER_ALTERNATE + CLEAR_AND_HOME);
  }

  clear(): void {
    if (this.#held) this.#stdout.write(CLEAR_AND_HOME);
  }

  /** May be called again; only the first call does anything. */
  leave(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#stdout.write(LEAVE_ALTERNATE + SHOW_CURSOR);
  }
}
