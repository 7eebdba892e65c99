import type { DialogueLine } from '../../metrics/contact.ts';
import { quotable } from '../sightings/quotable.ts';

/** Most lines that are kept. */
const MAX_LINES = 400;
/** Most characters of one line, enough for the frames that a scenario spells. */
const MAX_CHARS = 800;
/** Most bytes of a text that are read. */
const LOOKED_AT_BYTES = 16_384;
/** The lines of a dialogue, each cleaned before it is kept. */
export class Dialogue {
  readonly lines: DialogueLine[] = [];
  more = 0;
  #now: () => number = () => 0;
  #secrets: () => Iterable<string> = () => [];

  /** @param secrets texts that nothing may quote, asked for at each line, since tokens change */
  begin(now: () => number, secrets: () => Iterable<string>): void {
    const startedAt = now();
    this.#now = () => now() - startedAt;
    this.#secrets = secrets;
  }

  add(by: DialogueLine['by'], what: string, text: string): void {
    if (this.lines.length === MAX_LINES) this.more += 1;
    else this.lines.push({ atMs: this.elapsedMs, by, what, text: this.clean(text) });
  }

  /** Time since the dialogue began, ms. */
  get elapsedMs(): number {
    return this.#now();
  }

  clean(text: string): string {
    return quotable(text.slice(0, LOOKED_AT_BYTES), this.#secrets(), undefined, MAX_CHARS);
  }
}
