import { describe, expect, test } from 'vitest';
import type { DropFault } from '../../core/fault/drop.ts';
import type { FaultTally } from '../../core/fault/fault.ts';
import { AT_ONCE } from '../../core/fault/planned.test.helper.ts';
import { hitsOf } from '../../core/fault/select.ts';
import { injected } from '../../core/fault/occurrence.ts';
import { Draws } from '../../core/random/draws.ts';
import { DropTallies } from './drop-tallies.ts';

const DROP: DropFault = { ...AT_ONCE, kind: 'drop', mode: { kind: 'reset' } };
const LONG_AFTER_MS = 60_000;

/** Reports of gateways about fault 0 and its hits on each; the other fields are about one gateway alone. */
const hits = (hit: number): Readonly<Record<number, FaultTally>> => ({
  0: { planned: 30, hit, missed: { 'not-connected': 30 - hit } },
});

function begun(...faults: readonly DropFault[]): DropTallies {
  const account = new DropTallies(new Draws(1), 10);
  for (const [index, fault] of faults.entries()) account.begin({ ...injected(fault, 0, index, 0), ordinal: index }, 0);
  return account;
}

describe('drops over several gateways', () => {
  test('plan each drawn client once, and miss each unconnected one once', () => {
    expect(begun(DROP).tallies(hits(7), LONG_AFTER_MS, false)).toEqual({
      0: { planned: 10, hit: 7, missed: { 'not-connected': 3 } },
    });
  });

  test('miss no client as long as hits may still be reported', () => {
    expect(begun(DROP).tallies(hits(7), 10, false)).toEqual({ 0: { planned: 10, hit: 7, missed: {} } });
    expect(begun(DROP).tallies({}, 10, false)).toEqual({ 0: { planned: 10, hit: 0, missed: {} } });
  });

  test('add up over their occurrences', () => {
    expect(begun(DROP, DROP).tallies(hits(15), LONG_AFTER_MS, false)).toEqual({
      0: { planned: 20, hit: 15, missed: { 'not-connected': 5 } },
    });
  });

  test('that a run ends before their last turn have missed those for that reason', () => {
    const spread = { ...DROP, spreadMs: 1000 };
    const { atMs } = hitsOf(new Draws(1), injected(spread, 0, 0, 0), 10, 0);
    const due = atMs.filter((at) => at <= 500).length;
    expect(begun(spread).tallies(hits(due - 1), 500, true)).toEqual({
      0: { planned: 10, hit: due - 1, missed: { 'not-connected': 1, 'run-over': 10 - due } },
    });
  });

  test('that hit a client at two gateways count it once', () => {
    expect(begun(DROP).tallies(hits(11), LONG_AFTER_MS, false)).toEqual({ 0: { planned: 10, hit: 10, missed: {} } });
  });
});
