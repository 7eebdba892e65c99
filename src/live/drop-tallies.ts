import type { FaultTally } from '../core/fault/fault.ts';
import { hitsOf } from '../core/fault/select.ts';
import type { Occurrence } from '../core/fault/occurrence.ts';
import type { Draws } from '../core/random/draws.ts';

/** A client that has not been hit so long after its turn was not connected: the gateways' counts have come in by then. */
const SETTLED_AFTER_MS = 1000;

/**
 * Drops, as seen from above the gateways. Each of them draws the same clients and hits those that are connected to
 * it; that a client was connected nowhere is known only where all their hits are added up.
 */
export class DropTallies {
  readonly #draws: Draws;
  readonly #count: number;
  /** by the fault's place among those of the run: when each of the drawn was to be hit, over all its occurrences */
  readonly #turns = new Map<number, { settled: number; pending: number[] }>();

  /** @param count clients of the run */
  constructor(draws: Draws, count: number) {
    this.#draws = draws;
    this.#count = count;
  }

  /** @param nowMs by the same clock as in `tallies` */
  begin(occurrence: Occurrence, nowMs: number): void {
    const turns = this.#turns.get(occurrence.faultIndex) ?? { settled: 0, pending: [] };
    this.#turns.set(occurrence.faultIndex, turns);
    turns.pending = [...turns.pending, ...hitsOf(this.#draws, occurrence, this.#count, nowMs).atMs];
  }

  /**
   * The tallies of the drops.
   *
   * @param counted the gateways' own, of which only the hits are taken
   * @param over nothing more is to come: whose turn was still ahead, the run's end has saved
   */
  tallies(counted: Readonly<Record<number, FaultTally>>, nowMs: number, over: boolean): Record<number, FaultTally> {
    const settledMs = over ? nowMs : nowMs - SETTLED_AFTER_MS;
    return Object.fromEntries(
      Array.from(this.#turns, ([faultIndex, turns]) => {
        const pending = turns.pending.filter((atMs) => atMs > settledMs);
        turns.settled += turns.pending.length - pending.length;
        turns.pending = pending;
        const planned = turns.settled + pending.length;
        // A client that was moving from one gateway to another may have been hit at both: it is one of the drawn.
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
