import type { Miss, Tally } from '../core/fault/fault.ts';
import type { Hits } from '../core/fault/select.ts';
import { actingMs, type Occurrence } from '../core/fault/occurrence.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';

/** One occurrence of a fault, while it goes on. */
export interface ActiveFault {
  /** Does what is due. @returns when to be called again; Infinity when it is over */
  ring(now: MonoMs): number;
  /** The run is over: what was still to come has missed. */
  close(): void;
}

/** What begins, stays for a while or for good, and counts nothing by itself. */
export class ContinuousFault implements ActiveFault {
  readonly #occurrence: Occurrence;
  readonly #begin: (now: MonoMs) => void;
  readonly #end: (now: MonoMs) => void;
  #began = false;

  constructor(occurrence: Occurrence, begin: (now: MonoMs) => void, end: (now: MonoMs) => void) {
    this.#occurrence = occurrence;
    this.#begin = begin;
    this.#end = end;
  }

  ring(now: MonoMs): number {
    const { fault, atMs } = this.#occurrence;
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
export interface Injection {
  /** why it missed; null when it hit */
  readonly inject: (client: number, now: MonoMs) => Miss | null;
  /** the fault is over for this client, which it had hit; absent where there is nothing to undo */
  readonly undo?: (client: number, now: MonoMs) => void;
}

/** What hits clients one by one, and may be undone one by one. */
export class ClientInjections implements ActiveFault {
  readonly #hits: Hits;
  readonly #forMs: number;
  readonly #tally: Tally;
  readonly #injection: Injection;
  /** by rank: it was hit */
  readonly #wasHit: Uint8Array;
  /** the next to be hit, and the next for whom it is over */
  #nextHit = 0;
  #undone = 0;

  /** @param forMs how long it lasts for each; 0: it is not undone */
  constructor(hits: Hits, forMs: number, tally: Tally, injection: Injection) {
    this.#hits = hits;
    this.#forMs = forMs;
    this.#tally = tally;
    this.#injection = injection;
    this.#wasHit = new Uint8Array(hits.clients.length);
    tally.planned += hits.clients.length;
  }

  ring(now: MonoMs): number {
    const { clients } = this.#hits;
    for (; this.#nextHitAt <= now; this.#nextHit++) {
      const why = this.#injection.inject(clients[this.#nextHit]!, now);
      if (why !== null) this.#tally.miss(why);
      else {
        this.#tally.hit += 1;
        this.#wasHit[this.#nextHit] = 1;
      }
    }
    for (; this.#undoneAt <= now; this.#undone++) {
      if (this.#wasHit[this.#undone] === 1) this.#injection.undo?.(clients[this.#undone]!, mono(now));
    }
    return Math.min(this.#nextHitAt, this.#undoneAt);
  }

  close(): void {
    this.#tally.miss('run-over', this.#hits.clients.length - this.#nextHit);
  }

  get #nextHitAt(): number {
    return this.#hits.atMs[this.#nextHit] ?? Infinity;
  }

  get #undoneAt(): number {
    return this.#forMs === 0 ? Infinity : (this.#hits.atMs[this.#undone] ?? Infinity) + this.#forMs;
  }
}

/** Two at once, at one instant the first before the second. */
export class Both implements ActiveFault {
  readonly #acts: readonly ActiveFault[];

  constructor(...acts: readonly [ActiveFault, ActiveFault]) {
    this.#acts = acts;
  }

  ring(now: MonoMs): number {
    return Math.min(...this.#acts.map((act) => act.ring(now)));
  }

  close(): void {
    for (const act of this.#acts) act.close();
  }
}
