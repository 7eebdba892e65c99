import { performance } from 'node:perf_hooks';
import { compare, interleave, type Comparison } from './harness.ts';

/**
 * A hot path of squall and a naive baseline. Both run a given number of operations and return a number that depends on
 * all of them, so that no compiler removes them.
 */
export interface Benchmark {
  readonly subject: string;
  readonly baseline: string;
  readonly runSubject: (operations: number) => number;
  readonly runBaseline: (operations: number) => number;
}

/** The length of a benchmark. */
export interface Length {
  readonly operations: number;
  readonly rounds: number;
}

const NS_PER_MS = 1e6;

/** Runs both once to warm up, then in turns. All figures are nanoseconds per operation. */
export function keepResult(benchmark: Benchmark, { operations, rounds }: Length): Promise<Comparison> {
  const subject = (): number => nsPerOperation(benchmark.runSubject, operations);
  const baseline = (): number => nsPerOperation(benchmark.runBaseline, operations);
  subject();
  baseline();
  return interleave(rounds, subject, baseline).then(compare);
}

function nsPerOperation(run: (operations: number) => number, operations: number): number {
  const beganMs = performance.now();
  const result = run(operations);
  const tookMs = performance.now() - beganMs;
  if (!Number.isFinite(result)) throw new Error(`a measured run returned ${result}: it did not do its work`);
  return (tookMs * NS_PER_MS) / operations;
}
