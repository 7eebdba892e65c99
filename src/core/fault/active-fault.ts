import { mono, type MonoMs } from '../time/instant.ts';
import type { Miss, Tally } from './fault.ts';
import type { Hits } from './select.ts';

/** Whether a call may hit another client, or leaves it to the next call, so that others get their turn in between. */
export type MayGoOn = () => boolean;

/** Leaves nothing to the next call: virtual time stands still meanwhile. */
export const ALL_AT_ONCE: MayGoOn = () => true;

/** One occurrence of a fault from its begin to its end: plain state, which a world advances as time passes. */
export interface ActiveFault {
  /**
   * Carries out all that is due by `now`, except hits that may wait.
   *
   * @param mayGoOn asked before each hit that may wait; it waits, and so do the hits after it, if the answer is no
   * @returns the instant of the next call; Infinity: none is needed; not after `now`: hits that are due wait for it
   */
  advance(now: MonoMs, mayGoOn?: MayGoOn): number;
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
  readonly #mayWait: boolean;
  /** by rank: 1 where the client was hit */
  readonly #wasHit: Uint8Array;
  #nextHit = 0;
  #nextUndo = 0;

  /**
   * @param forMs duration for each client; 0: to the end of the run
   * @param mayWait whether hits that are due may wait for the next call, since the clients carry their lateness
   */
  constructor(hits: Hits, forMs: number, tally: Tally, injection: Injection, mayWait = false) {
    this.#hits = hits;
    this.#forMs = forMs;
    this.#tally = tally;
    this.#injection = injection;
    this.#mayWait = mayWait;
    this.#wasHit = new Uint8Array(hits.clients.length);
    tally.planned += hits.clients.length;
  }

  advance(now: MonoMs, mayGoOn: MayGoOn = ALL_AT_ONCE): number {
    const { clients, atMs } = this.#hits;
    for (; this.#nextHitAt <= now && (!this.#mayWait || mayGoOn()); this.#nextHit++) {
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
    // A hit that waits has nothing to undo yet.
    if (this.#forMs === 0 || this.#nextUndo === this.#nextHit) return Infinity;
    return this.#hits.atMs[this.#nextUndo]! + this.#forMs;
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
    advance: (now, mayGoOn) => Math.min(...parts.map((part) => part.advance(now, mayGoOn))),
    get isOver() {
      return parts.every(({ isOver }) => isOver);
    },
    stop: () => parts.forEach((part) => part.stop()),
    close: (now) => parts.forEach((part) => part.close(now)),
  };
}
