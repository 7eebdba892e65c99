import { mono, type MonoMs } from '../time/instant.ts';
import type { Miss, Tally } from './fault.ts';
import type { Hits } from './select.ts';

/** One occurrence of a fault from its beginning to its end: plain state, which a world advances as time passes. */
export interface ActiveFault {
  /** Does what is due by `now`. @returns when to call again; Infinity when nothing more happens by itself */
  advance(now: MonoMs): number;
  /** Whether nothing is left to do or to undo. */
  readonly isOver: boolean;
  /** Counts the hits that are still to come as missed: the run is over. */
  stop(): void;
  /** Undoes what is still in force. Nothing may be advanced after it. */
  close(now: MonoMs): void;
}

/** What a fault does to one client, or one of whatever else it hits. */
export interface Injection {
  /**
   * Hits a client.
   *
   * @param at when the hit was due, which is never after `now`
   * @returns why it missed; null when it hit
   */
  readonly inject: (client: number, now: MonoMs, at: MonoMs) => Miss | null;
  /**
   * Undoes a hit; absent where there is nothing to undo.
   *
   * @param sinceDueMs how long ago the hit was due
   */
  readonly undo?: (client: number, now: MonoMs, sinceDueMs: number) => void;
}

/** A fault that hits clients one by one, and is undone for each of them by itself. */
export class ClientInjections implements ActiveFault {
  readonly #hits: Hits;
  readonly #forMs: number;
  readonly #tally: Tally;
  readonly #injection: Injection;
  /** by rank: 1 where the client was hit */
  readonly #wasHit: Uint8Array;
  #nextHit = 0;
  #nextUndo = 0;

  /** @param forMs how long it lasts for each client; 0: for good */
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

/** A fault that is active for a time window, or from its beginning on for good, and counts no hits by itself. */
export class ContinuousFault implements ActiveFault {
  readonly #endMs: number;
  readonly #begin: (now: MonoMs) => void;
  readonly #end: (now: MonoMs) => void;
  #state: 'ahead' | 'active' | 'over' = 'ahead';

  /** @param endMs Infinity: only `close` ends it */
  constructor(endMs: number, begin: (now: MonoMs) => void, end: (now: MonoMs) => void) {
    this.#endMs = endMs;
    this.#begin = begin;
    this.#end = end;
  }

  advance(now: MonoMs): number {
    if (this.#state === 'ahead') {
      this.#state = 'active';
      this.#begin(now);
    }
    if (now < this.#endMs) return this.#endMs;
    this.close(now);
    return Infinity;
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  stop(): void {}

  close(now: MonoMs): void {
    if (this.#state === 'active') this.#end(now);
    this.#state = 'over';
  }
}

/** Several parts of one occurrence. At one instant they act in the given order. */
export class CombinedFault implements ActiveFault {
  readonly #parts: readonly ActiveFault[];

  constructor(...parts: readonly ActiveFault[]) {
    this.#parts = parts;
  }

  advance(now: MonoMs): number {
    return Math.min(...this.#parts.map((part) => part.advance(now)));
  }

  get isOver(): boolean {
    return this.#parts.every(({ isOver }) => isOver);
  }

  stop(): void {
    for (const part of this.#parts) part.stop();
  }

  close(now: MonoMs): void {
    for (const part of this.#parts) part.close(now);
  }
}
