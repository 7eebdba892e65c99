import { keepResult, type Benchmark, type Length } from './benchmark.ts';
import type { Crowd } from './client-cost.ts';
import type { Comparison } from './harness.ts';

/** The effort of a whole bench. */
export interface Effort {
  /** clients of cases that open sockets, in processes of their own */
  readonly crowd: Crowd;
  /** operations of cases within this process */
  readonly length: Length;
}

/** A figure of squall, and the same of a plain counterpart in the same run. */
export interface Figure {
  readonly what: string;
  /** name of the counterpart */
  readonly counterpart: string;
  readonly cost: Comparison;
  /** largest ratio of the medians; absent: the figure is for information */
  readonly limit?: number;
}

/** One case of the bench. */
export interface BenchCase {
  /** its name on the command line */
  readonly name: string;
  readonly measure: (effort: Effort) => Promise<readonly Figure[]>;
}

/** Returns whether a figure is over its limit. */
export function isOver({ cost, limit = Infinity }: Figure): boolean {
  return cost.ratio.median > limit;
}

/**
 * Makes a case of hot paths within this process.
 *
 * @param make called when the case runs, so that its data is not in memory during the others
 */
export function hotPaths(name: string, make: () => readonly Benchmark[]): BenchCase {
  return {
    name,
    measure: async ({ length }) => {
      const figures: Figure[] = [];
      for (const benchmark of make()) {
        const { subject, baseline } = benchmark;
        figures.push({ what: `${subject}, ns`, counterpart: baseline, cost: await keepResult(benchmark, length) });
      }
      return figures;
    },
  };
}
