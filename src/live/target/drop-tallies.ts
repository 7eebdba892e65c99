import type { FaultTally } from '../../core/fault/fault.ts';
import { hitsOf } from '../../core/fault/select.ts';
import type { Occurrence } from '../../core/fault/occurrence.ts';
import type { Draws } from '../../core/random/draws.ts';

/** Time after a client's turn by which the gateways' counts have arrived, ms; a client not hit by then was not connected. */
const SETTLED_AFTER_MS = 1000;

/**
 * Tallies of drops over all gateways. Each gateway draws the same clients and hits those connected to it, so only the sum
 * of their hits shows which clients were connected nowhere.
 */
export class DropTallies {
  readonly #draws: Draws;
  readonly #count: number;
  /** turns of the drawn clients over all occurrences, by the fault's index in the run */
  readonly #turns = new Map<number, { settled: number; pending: number[] }>();

  /** @param count number of clients in the run */
  constructor(draws: Draws, count: number) {
    this.#draws = draws;
    this.#count = count;
  }

  /** @param nowMs time on the clock of `tallies` */
  begin(occurrence: Occurrence, nowMs: number): void {
    const turns = this.#turns.get(occurrence.faultIndex) ?? { settled: 0, pending: [] };
    this.#turns.set(occurrence.faultIndex, turns);
    turns.pending = [...turns.pending, ...hitsOf(this.#draws, occurrence, this.#count, nowMs).atMs];
  }

  /**
   * Returns the tallies of the drops.
   *
   * @param counted the gateways' tallies, of which only the hits are used
   * @param over whether the run is over, so that the turns still to come have missed
   */
  tallies(counted: Readonly<Record<number, FaultTally>>, nowMs: number, over: boolean): Record<number, FaultTally> {
    const settledMs = over ? nowMs : nowMs - SETTLED_AFTER_MS;
    return Object.fromEntries(
      Array.from(this.#turns, ([faultIndex, turns]) => {
        const pending = turns.pending.filter((atMs) => atMs > settledMs);
        turns.settled += turns.pending.length - pending.length;
        turns.pending = pending;
        const planned = turns.settled + pending.length;
        // A client that moved from one gateway to another may have been hit at both, but was drawn once.
        const hit = Math.min(counted[faultIndex]?.hit ?? 0, planned);
        const notConnected = Math.max(0, turns.settled - hit);
        const ahead = over ? pending.length : 0;
        const missed = {
          ...(notConnected > 0 ? { 'not-connected': notConnected } : {}),
          ...(ahead > 0 ? { 'run-over': ahead } : {}),
        };
        return [faultIndex, { planned, hit, missed }];
      }),
    );
  }
}
