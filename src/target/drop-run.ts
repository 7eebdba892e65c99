import type { DropFault } from '../core/fault/fault.ts';
import { hitAtMs, isDrawn } from '../core/fault/select.ts';
import type { Draws } from '../core/random/draws.ts';
import { Alarm } from './alarm.ts';
import type { Sessions } from './sessions.ts';

/** One drop fault in the act: the drawn clients in order of their hits, and the timer for the next of them. */
export class DropRun {
  readonly #fault: DropFault;
  readonly #sessions: Sessions;
  readonly #onHit: () => void;
  readonly #alarm = new Alarm(() => this.#strike());
  #hits: readonly { readonly client: number; readonly atMs: number }[] = [];
  #next = 0;

  constructor(fault: DropFault, sessions: Sessions, onHit: () => void) {
    this.#fault = fault;
    this.#sessions = sessions;
    this.#onHit = onHit;
  }

  /**
   * Begins: draws whom it hits and when, from now on. A drawn client that is not ready at its instant is missed.
   * @param count clients of the run, 0..count-1
   * @returns how many are drawn
   */
  plan(draws: Draws, index: number, count: number): number {
    const { share, spreadMs } = this.#fault;
    const nowMs = performance.now();
    this.#hits = Array.from({ length: count }, (_, client) => client)
      .filter((client) => isDrawn(draws, index, client, share))
      .map((client) => ({ client, atMs: hitAtMs(draws, index, client, nowMs, spreadMs) }))
      .toSorted((a, b) => a.atMs - b.atMs);
    this.#strike();
    return this.#hits.length;
  }

  close(): void {
    this.#alarm.set(Infinity);
  }

  #strike(): void {
    const nowMs = performance.now();
    for (let hit = this.#hits[this.#next]; hit !== undefined && hit.atMs <= nowMs; hit = this.#hits[++this.#next]) {
      const session = this.#sessions.ofClient(hit.client);
      if (session?.ready !== true) continue;
      session.drop(this.#fault.mode);
      this.#onHit();
    }
    this.#alarm.set(this.#hits[this.#next]?.atMs ?? Infinity);
  }
}
