import { describe, expect, test } from 'vitest';
import { addTallies, EMPTY_TALLY, Tally, type Fault } from './fault.ts';
import { outcomeOf, windowsOf } from './outcome.ts';
import { AT_ONCE } from './planned.test.helper.ts';

const OUTAGE: Fault = {
  ...AT_ONCE,
  kind: 'refresh',
  atMs: 5000,
  forMs: 2000,
  spreadMs: 500,
  repeat: { everyMs: 10_000, times: 3 },
  atLeast: 0.9,
  mode: { kind: 'hang' },
};
const DROP: Fault = { ...AT_ONCE, kind: 'drop', atMs: 1000, mode: { kind: 'reset' } };

describe('the outcome of a fault', () => {
  test('holds the plan, its instants and the tally', () => {
    const tally = { planned: 10, hit: 7, missed: { 'too-many-hung': 3 } };
    expect(outcomeOf(OUTAGE, 60_000, tally)).toEqual({
      kind: 'refresh',
      label: 'refresh hang',
      atMs: 5000,
      forMs: 2500,
      everyMs: 10_000,
      times: 3,
      atLeast: 0.9,
      injected: false,
      hitsOneClient: true,
      ...tally,
    });
  });

  test('has an empty tally before the fault has begun', () => {
    expect(outcomeOf(DROP, 60_000)).toMatchObject({ ...EMPTY_TALLY, everyMs: null, times: 1, atLeast: 1 });
  });

  test('shows that the fault was injected by hand', () => {
    expect(outcomeOf(DROP, 60_000, EMPTY_TALLY, true).injected).toBe(true);
  });
});

describe('the windows of a fault', () => {
  test.each([
    ['one that hits and is over', DROP, 60_000, [[1000, 1000]]],
    [
      'one that repeats',
      OUTAGE,
      60_000,
      [
        [5000, 7500],
        [15_000, 17_500],
        [25_000, 27_500],
      ],
    ],
    [
      'one that the end of the run cuts short',
      OUTAGE,
      20_000,
      [
        [5000, 7500],
        [15_000, 17_500],
      ],
    ],
  ])('of %s are one for each begin in the run', (_, fault, durationMs, expected) => {
    const windows = windowsOf(outcomeOf(fault, durationMs));
    expect(windows.map(({ startMs, endMs }) => [startMs, endMs])).toEqual(expected);
  });
});

describe('tallies', () => {
  test('of several places are added by reason', () => {
    const sum = addTallies([
      { planned: 5, hit: 3, missed: { stopped: 2 } },
      EMPTY_TALLY,
      { planned: 4, hit: 1, missed: { stopped: 1, down: 2 } },
    ]);
    expect(sum).toEqual(Object.assign(new Tally(), { planned: 9, hit: 4, missed: { stopped: 3, down: 2 } }));
  });

  test('leave out reasons with a count of 0', () => {
    const tally = new Tally();
    tally.add({ planned: 1, hit: 1, missed: { down: 0 } });
    expect(tally.missed).toEqual({});
  });
});
