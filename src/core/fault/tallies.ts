import { EMPTY_TALLY, Tally, type FaultTally } from './fault.ts';
import type { Occurrence } from './occurrence.ts';

/** The tallies of a run's faults in one part of a world, over all occurrences. */
export class Tallies {
  /** tallies by the fault's place in the run */
  readonly #tallies = new Map<number, Tally>();

  of({ faultIndex }: Occurrence): Tally {
    const tally = this.#tallies.get(faultIndex) ?? new Tally();
    this.#tallies.set(faultIndex, tally);
    return tally;
  }

  /** @param faultIndex the fault's place in the run */
  at(faultIndex: number): FaultTally {
    return this.#tallies.get(faultIndex) ?? EMPTY_TALLY;
  }

  /** A copy that can be sent, by the fault's place in the run. */
  get plain(): Readonly<Record<number, FaultTally>> {
    return Object.fromEntries(
      Array.from(this.#tallies, ([index, { planned, hit, missed }]) => [
        index,
        { planned, hit, missed: { ...missed } },
      ]),
    );
  }
}
