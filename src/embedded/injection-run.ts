import type { Miss, Tally } from '../core/fault/fault.ts';
import type { Hits } from '../core/fault/select.ts';
import { Alarm } from './alarm.ts';

/** One occurrence of a fault that hits clients, in the act: the drawn ones in order, and the timer for the next. */
export class InjectionRun {
  readonly #hits: Hits;
  readonly #injectOne: (client: number) => Miss | null;
  readonly #tally: Tally;
  readonly #alarm = new Alarm(() => this.#injectDue());
  #next = 0;

  /**
   * @param hits times are those of `performance.now()`
   * @param injectOne carries it out on one client; null when it hit
   */
  constructor(hits: Hits, tally: Tally, injectOne: (client: number) => Miss | null) {
    this.#hits = hits;
    this.#injectOne = injectOne;
    this.#tally = tally;
    tally.planned += hits.clients.length;
  }

  get over(): boolean {
    return this.#next === this.#hits.clients.length;
  }

  /** Hits those whose turn it is, and the others when it comes. */
  go(): void {
    this.#injectDue();
  }

  /** Whoever was still to be hit is missed. */
  close(): void {
    this.#alarm.set(Infinity);
    const left = this.#hits.clients.length - this.#next;
    if (left > 0) this.#tally.miss('run-over', left);
    this.#next = this.#hits.clients.length;
  }

  #injectDue(): void {
    const { clients, atMs } = this.#hits;
    const nowMs = performance.now();
    while (this.#next < clients.length && atMs[this.#next]! <= nowMs) {
      const why = this.#injectOne(clients[this.#next]!);
      this.#next += 1;
      if (why === null) this.#tally.hit += 1;
      else this.#tally.miss(why);
    }
    this.#alarm.set(atMs[this.#next] ?? Infinity);
  }
}
