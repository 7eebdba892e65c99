import type { Fault, FaultTally } from '../../core/fault/fault.ts';
import { injected, type Occurrence } from '../../core/fault/occurrence.ts';
import { Draws } from '../../core/random/draws.ts';
import { Injectors } from './injectors.ts';

/** The coordinator's injectors with their warnings and tallies. */
export class Watched {
  readonly injectors: Injectors;
  readonly warnings: string[] = [];
  #tallies: Readonly<Record<number, FaultTally>> = {};
  #onTallies: () => void = () => {};

  constructor() {
    this.injectors = new Injectors(
      { draws: new Draws(1), target: null },
      (tallies) => {
        this.#tallies = tallies;
        this.#onTallies();
      },
      (message) => this.warnings.push(message),
    );
  }

  /** The tally of the first fault. */
  get tally(): FaultTally | undefined {
    return this.#tallies[0];
  }

  begin(fault: Fault): Occurrence {
    const occurrence = injected(fault, 0, 0, 0);
    this.injectors.begin(occurrence);
    return occurrence;
  }

  /** Resolves to the first fault's tally once its hits and misses reach `n`. */
  async settled(n = 1): Promise<FaultTally> {
    for (;;) {
      const { tally } = this;
      const missed = Object.values(tally?.missed ?? {}).reduce((sum, count) => sum + count, 0);
      if (tally !== undefined && tally.hit + missed >= n) return tally;
      await new Promise<void>((resolve) => (this.#onTallies = resolve));
    }
  }
}
