import { Draws, PURPOSE } from '../core/random/draws.ts';
import type { Benchmark } from './benchmark.ts';

/** One seeded draw compared with `Math.random`. */
export function drawsBenchmark(): Benchmark {
  const draws = new Draws(1);
  return {
    subject: 'Draws.unit',
    baseline: 'Math.random',
    runSubject: (operations) => {
      let sum = 0;
      for (let n = 0; n < operations; n++) sum += draws.unit(n, PURPOSE.backoff, n);
      return sum;
    },
    runBaseline: (operations) => {
      let sum = 0;
      for (let n = 0; n < operations; n++) sum += Math.random();
      return sum;
    },
  };
}
