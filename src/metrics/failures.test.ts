import { expect, test } from 'vitest';
import { REASON, TIMINGS, TIMING_INDEX } from '../core/metrics.ts';
import { NETWORK, signalName } from '../core/signal.ts';
import { FAILURE_CELLS, failureCell, readFailures } from './failures.ts';

test.each(TIMINGS)('reasons of %s are told from signals', (timing) => {
  const own = Object.entries<number>(REASON[timing]);
  const signals = [...Object.values(NETWORK), 100, 401, 599, 999, 1000, 4999];
  const table = new Uint32Array(FAILURE_CELLS);
  for (const reason of [...signals, ...own.map(([, number]) => number)])
    table[failureCell(TIMING_INDEX[timing], reason)]! += 1;
  const expected = new Map(
    [...signals.map((signal) => signalName(signal)), ...own.map(([name]) => name)].map((name) => [name, 1]),
  );
  expect(readFailures([table], timing)).toEqual(expected);
});
