import type { Fault, FaultKind, FaultTally } from '../../core/fault/fault.ts';
import { injected, type Occurrence } from '../../core/fault/occurrence.ts';
import { Injectors } from './injectors.ts';
import type { InjectionLog, Injector } from './injector.ts';

/** Faults carried out at hand by one driver, and all that was told of them. */
export class Watched {
  readonly injectors: Injectors;
  readonly warnings: string[] = [];
  #tallies: Readonly<Record<number, FaultTally>> = {};
  #told: () => void = () => {};

  constructor(kind: FaultKind, driver: (account: InjectionLog) => Injector) {
    this.injectors = new Injectors(
      new Map([[kind, driver]]),
      (tallies) => {
        this.#tallies = tallies;
        this.#told();
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

  /** What came of the first fault, once so many of its hits have happened or been missed. */
  async settled(n = 1): Promise<FaultTally> {
    for (;;) {
      const { tally } = this;
      const missed = Object.values(tally?.missed ?? {}).reduce((sum, count) => sum + count, 0);
      if (tally !== undefined && tally.hit + missed >= n) return tally;
      await new Promise<void>((resolve) => (this.#told = resolve));
    }
  }
}
