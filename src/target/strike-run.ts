import type { Miss, Tally } from '../core/fault/fault.ts';
import type { Hits } from '../core/fault/select.ts';
import { Alarm } from './alarm.ts';

/** One occurrence of a fault that strikes clients, in the act: the drawn ones in order, and the timer for the next. */
export class StrikeRun {
  readonly #hits: Hits;
  readonly #strikeOne: (client: number) => Miss | null;
  readonly #tally: Tally;
  readonly #alarm = new Alarm(() => this.#strike());
  #next = 0;

  /**
   * @param hits times are those of `performance.now()`
   * @param strikeOne carries it out on one client; null when it hit
   */
  constructor(hits: Hits, tally: Tally, strikeOne: (client: number) => Miss | null) {
    this.#hits = hits;
    this.#strikeOne = strikeOne;
    this.#tally = tally;
    tally.planned += hits.clients.length;
  }

  get over(): boolean {
    return this.#next === this.#hits.clients.length;
  }

  /** Strikes those whose turn it is, and the others when it comes. */
  go(): void {
    this.#strike();
  }

  /** Whoever was still to be hit is missed. */
  close(): void {
    this.#alarm.set(Infinity);
    const left = this.#hits.clients.length - this.#next;
    if (left > 0) this.#tally.miss('run-over', left);
    this.#next = this.#hits.clients.length;
  }

  #strike(): void {
    const { clients, atMs } = this.#hits;
    const nowMs = performance.now();
    while (this.#next < clients.length && atMs[this.#next]! <= nowMs) {
      const why = this.#strikeOne(clients[this.#next]!);
      this.#next += 1;
      if (why === null) this.#tally.hit += 1;
      else this.#tally.miss(why);
    }
    this.#alarm.set(atMs[this.#next] ?? Infinity);
  }
}
