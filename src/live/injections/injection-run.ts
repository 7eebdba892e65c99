import { mono, type MonoMs } from '../../core/time/instant.ts';
import type { Tally } from '../../core/fault/fault.ts';
import type { Injection } from './injection.ts';

/** Whom a fault hits in this shard and when, in order. */
export interface ShardHits {
  readonly clients: readonly number[];
  readonly atMs: readonly number[];
}

/** One occurrence of a fault that hits clients one by one, and is over for each by itself. */
export class InjectionRun {
  readonly #injection: Injection;
  readonly #tally: Tally;
  readonly #hits: ShardHits;
  readonly #forMs: number;
  readonly #hit: boolean[] = [];
  /** the next to be hit, and the next for whom it is over */
  #next = 0;
  #nextOver = 0;

  /** @param forMs how long it lasts for each; 0: it is not undone */
  constructor(injection: Injection, tally: Tally, hits: ShardHits, forMs: number) {
    this.#injection = injection;
    this.#tally = tally;
    this.#hits = hits;
    this.#forMs = forMs;
    tally.planned += hits.clients.length;
  }

  /** Infinity when it is over for everybody. */
  get nextAt(): number {
    const { clients, atMs } = this.#hits;
    const hitAt = this.#next < clients.length ? atMs[this.#next]! : Infinity;
    const overAt = this.#forMs > 0 && this.#nextOver < clients.length ? atMs[this.#nextOver]! + this.#forMs : Infinity;
    return Math.min(hitAt, overAt);
  }

  /** Whoever is due is hit, or relieved. */
  goOn(now: MonoMs): void {
    const { clients, atMs } = this.#hits;
    for (; this.#next < clients.length && atMs[this.#next]! <= now; this.#next++) {
      const why = this.#injection.inject(clients[this.#next]!, now, mono(atMs[this.#next]!));
      this.#hit[this.#next] = why === null;
      if (why === null) this.#tally.hit += 1;
      else this.#tally.miss(why);
    }
    if (this.#forMs === 0) return;
    for (; this.#nextOver < this.#next && atMs[this.#nextOver]! + this.#forMs <= now; this.#nextOver++) {
      if (this.#hit[this.#nextOver]) this.#injection.undo?.(clients[this.#nextOver]!, now);
    }
  }

  /** The run is over: nobody else is hit. */
  stop(): void {
    this.#tally.miss('run-over', this.#hits.clients.length - this.#next);
  }

  /** After `stop`: whoever is still under it is relieved. */
  close(now: MonoMs): void {
    for (; this.#nextOver < this.#next; this.#nextOver++) {
      if (this.#hit[this.#nextOver]) this.#injection.undo?.(this.#hits.clients[this.#nextOver]!, now);
    }
  }
}
