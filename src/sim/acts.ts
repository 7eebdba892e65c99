import type { Miss, Tally } from '../core/fault/fault.ts';
import type { Hits } from '../core/fault/select.ts';
import { actingMs, type Strike } from '../core/fault/strike.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';

/** One occurrence of a fault, while it goes on. */
export interface Act {
  /** Does what is due. @returns when to be called again; Infinity when it is over */
  ring(now: MonoMs): number;
  /** The run is over: what was still to come has missed. */
  close(): void;
}

/** What begins, stays for a while or for good, and counts nothing by itself. */
export class Standing implements Act {
  readonly #strike: Strike;
  readonly #begin: (now: MonoMs) => void;
  readonly #end: (now: MonoMs) => void;
  #began = false;

  constructor(strike: Strike, begin: (now: MonoMs) => void, end: (now: MonoMs) => void) {
    this.#strike = strike;
    this.#begin = begin;
    this.#end = end;
  }

  ring(now: MonoMs): number {
    const { fault, atMs } = this.#strike;
    if (this.#began) {
      this.#end(now);
      return Infinity;
    }
    this.#began = true;
    this.#begin(now);
    return fault.forMs === 0 ? Infinity : atMs + actingMs(fault);
  }

  close(): void {}
}

/** What a fault does to one client at a time. */
export interface Deed {
  /** why it missed; null when it hit */
  readonly strike: (client: number, now: MonoMs) => Miss | null;
  /** the fault is over for this client, which it had hit; absent where there is nothing to undo */
  readonly undo?: (client: number, now: MonoMs) => void;
}

/** What strikes clients one by one, and may be undone one by one. */
export class OnClients implements Act {
  readonly #hits: Hits;
  readonly #forMs: number;
  readonly #tally: Tally;
  readonly #deed: Deed;
  /** by rank: it was hit */
  readonly #wasHit: Uint8Array;
  /** the next to be hit, and the next for whom it is over */
  #struck = 0;
  #undone = 0;

  /** @param forMs how long it lasts for each; 0: it is not undone */
  constructor(hits: Hits, forMs: number, tally: Tally, deed: Deed) {
    this.#hits = hits;
    this.#forMs = forMs;
    this.#tally = tally;
    this.#deed = deed;
    this.#wasHit = new Uint8Array(hits.clients.length);
    tally.planned += hits.clients.length;
  }

  ring(now: MonoMs): number {
    const { clients } = this.#hits;
    for (; this.#struckAt <= now; this.#struck++) {
      const why = this.#deed.strike(clients[this.#struck]!, now);
      if (why !== null) this.#tally.miss(why);
      else {
        this.#tally.hit += 1;
        this.#wasHit[this.#struck] = 1;
      }
    }
    for (; this.#undoneAt <= now; this.#undone++) {
      if (this.#wasHit[this.#undone] === 1) this.#deed.undo?.(clients[this.#undone]!, mono(now));
    }
    return Math.min(this.#struckAt, this.#undoneAt);
  }

  close(): void {
    this.#tally.miss('run-over', this.#hits.clients.length - this.#struck);
  }

  get #struckAt(): number {
    return this.#hits.atMs[this.#struck] ?? Infinity;
  }

  get #undoneAt(): number {
    return this.#forMs === 0 ? Infinity : (this.#hits.atMs[this.#undone] ?? Infinity) + this.#forMs;
  }
}

/** Two at once, at one instant the first before the second. */
export class Both implements Act {
  readonly #acts: readonly Act[];

  constructor(...acts: readonly [Act, Act]) {
    this.#acts = acts;
  }

  ring(now: MonoMs): number {
    return Math.min(...this.#acts.map((act) => act.ring(now)));
  }

  close(): void {
    for (const act of this.#acts) act.close();
  }
}
