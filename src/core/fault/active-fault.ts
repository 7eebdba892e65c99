import { mono, type MonoMs } from '../time/instant.ts';
import type { Miss, Tally } from './fault.ts';
import type { Hits } from './select.ts';

/** One occurrence of a fault from its begin to its end: plain state, which a world advances as time passes. */
export interface ActiveFault {
  /** Carries out all that is due by `now`. @returns the instant of the next call; Infinity: none is needed */
  advance(now: MonoMs): number;
  /** Whether nothing is left to do or to undo. */
  readonly isOver: boolean;
  /** Counts the hits that are still to come as missed, because the run is over. */
  stop(): void;
  /** Undoes every hit that is still in force. It is the last call. */
  close(now: MonoMs): void;
}

/** The effect of a fault on one client, gateway or session. */
export interface Injection {
  /**
   * Hits a client.
   *
   * @param at instant at which the hit was due, never after `now`
   * @returns the reason of a miss; null: it hit
   */
  readonly inject: (client: number, now: MonoMs, at: MonoMs) => Miss | null;
  /**
   * Undoes a hit; absent: there is nothing to undo.
   *
   * @param sinceDueMs time since the hit was due
   */
  readonly undo?: (client: number, now: MonoMs, sinceDueMs: number) => void;
}

/** A fault that hits clients one by one, and is undone for each of them separately. */
export class ClientInjections implements ActiveFault {
  readonly #hits: Hits;
  readonly #forMs: number;
  readonly #tally: Tally;
  readonly #injection: Injection;
  /** by rank: 1 where the client was hit */
  readonly #wasHit: Uint8Array;
  #nextHit = 0;
  #nextUndo = 0;

  /** @param forMs duration for each client; 0: to the end of the run */
  constructor(hits: Hits, forMs: number, tally: Tally, injection: Injection) {
    this.#hits = hits;
    this.#forMs = forMs;
    this.#tally = tally;
    this.#injection = injection;
    this.#wasHit = new Uint8Array(hits.clients.length);
    tally.planned += hits.clients.length;
  }

  advance(now: MonoMs): number {
    const { clients, atMs } = this.#hits;
    for (; this.#nextHitAt <= now; this.#nextHit++) {
      const why = this.#injection.inject(clients[this.#nextHit]!, now, mono(atMs[this.#nextHit]!));
      if (why !== null) this.#tally.miss(why);
      else {
        this.#tally.hit += 1;
        this.#wasHit[this.#nextHit] = 1;
      }
    }
    for (; this.#nextUndoAt <= now; this.#nextUndo++) this.#undo(now, this.#forMs + (now - this.#nextUndoAt));
    return this.#nextAt;
  }

  get isOver(): boolean {
    return this.#nextAt === Infinity;
  }

  stop(): void {
    const { length } = this.#hits.clients;
    this.#tally.miss('run-over', length - this.#nextHit);
    this.#nextHit = length;
  }

  close(now: MonoMs): void {
    if (this.#forMs === 0) return;
    for (; this.#nextUndo < this.#hits.clients.length; this.#nextUndo++)
      this.#undo(now, now - this.#hits.atMs[this.#nextUndo]!);
  }

  get #nextAt(): number {
    return Math.min(this.#nextHitAt, this.#nextUndoAt);
  }

  get #nextHitAt(): number {
    return this.#hits.atMs[this.#nextHit] ?? Infinity;
  }

  get #nextUndoAt(): number {
    return this.#forMs === 0 ? Infinity : (this.#hits.atMs[this.#nextUndo] ?? Infinity) + this.#forMs;
  }

  #undo(now: MonoMs, sinceDueMs: number): void {
    if (this.#wasHit[this.#nextUndo] === 1)
      this.#injection.undo?.(this.#hits.clients[this.#nextUndo]!, now, sinceDueMs);
  }
}

/**
 * A fault that is active for a time window, or from its begin to the end of the run, and counts no hits.
 *
 * @param endMs Infinity: only `close` ends it
 */
export function continuousFault(endMs: number, begin: (now: MonoMs) => void, end: (now: MonoMs) => void): ActiveFault {
  let state: 'ahead' | 'active' | 'over' = 'ahead';
  const close = (now: MonoMs): void => {
    if (state === 'active') end(now);
    state = 'over';
  };
  return {
    advance(now) {
      if (state === 'ahead') {
        state = 'active';
        begin(now);
      }
      if (now < endMs) return endMs;
      close(now);
      return Infinity;
    },
    get isOver() {
      return state === 'over';
    },
    stop() {},
    close,
  };
}

/** Combines several parts of one occurrence, which are advanced in the given order. */
export function combinedFault(...parts: readonly ActiveFault[]): ActiveFault {
  return {
    advance: (now) => Math.min(...parts.map((part) => part.advance(now))),
    get isOver() {
      return parts.every(({ isOver }) => isOver);
    },
    stop: () => parts.forEach((part) => part.stop()),
    close: (now) => parts.forEach((part) => part.close(now)),
  };
}
