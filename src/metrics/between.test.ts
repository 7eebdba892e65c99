import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BIN_MS, SERIES_INDEX, type SeriesName } from '../core/metrics.ts';
import { mostClientsBetween, mostClientsIn } from './conditions.ts';
import { Curves } from './curves.ts';
import { downtimeBetween, outMs } from './downtime.ts';
import { leastReady, leastReadyBetween } from './ready.ts';

const BINS = 40;
const CLIENTS = 6;
const RUNS = { numRuns: 400 };

/** Steps of a client in order, with the curves that count each; a client takes some of them, the last ones left out. */
const STEPS: readonly (readonly (readonly [SeriesName, number])[])[] = [
  [['stateIdle', -1]],
  [
    ['ready', 1],
    ['stateReady', 1],
  ],
  ...[1, 2].flatMap((): (readonly (readonly [SeriesName, number])[])[] => [
    [
      ['lostDropped', 1],
      ['stateReady', -1],
    ],
    [['conditionRefreshFailing', 1]],
    [
      ['conditionRefreshFailing', -1],
      ['conditionsLeft', 1],
    ],
    [
      ['ready', 1],
      ['recovered', 1],
      ['stateReady', 1],
    ],
  ]),
];

/** A step in bins: since the client's one before it, as intended; squall's lateness with it; and how much of that was real. */
const step = fc.record({ sinceBins: fc.nat(8), lateBins: fc.nat(6), real: fc.double({ min: 0, max: 1, noNaN: true }) });
const clients = fc.array(fc.array(step, { minLength: 1, maxLength: STEPS.length }), {
  minLength: CLIENTS,
  maxLength: CLIENTS,
});

type Client = readonly { readonly sinceBins: number; readonly lateBins: number; readonly real: number }[];

/** The curves of the steps at the instants that squall intended, at those when it was done with them, and in truth. */
function views(all: readonly Client[]) {
  const [intended, offered, truth] = [Curves.empty(BINS), Curves.empty(BINS), Curves.empty(BINS)];
  for (const curves of [intended, offered, truth]) curves.add(SERIES_INDEX.stateIdle, 0, CLIENTS);
  for (const client of all) {
    let [meant, done, was] = [0, 0, 0];
    for (const [n, { sinceBins, lateBins, real }] of client.entries()) {
      meant += sinceBins;
      done = Math.max(done, meant + lateBins);
      was = Math.max(was, Math.round(meant + real * (done - meant)));
      // What lies beyond the end did not happen in any view.
      if (done >= BINS) break;
      for (const [series, change] of STEPS[n]!) {
        for (const [curves, bin] of [
          [intended, meant],
          [offered, done],
          [truth, was],
        ] as const) {
          curves.add(SERIES_INDEX[series], bin * BIN_MS, change);
        }
      }
    }
  }
  const elapsedMs = BINS * BIN_MS - 30;
  return {
    intended: { curves: intended, elapsedMs },
    offered: { curves: offered, elapsedMs },
    truth: { curves: truth, elapsedMs },
  };
}

type View = ReturnType<typeof views>['truth'];

/** Figures with their bounds. */
const FIGURES: Readonly<
  Record<
    string,
    readonly [
      of: (view: View) => number | null,
      between: (offered: View, intended: View) => { readonly atLeast: number; readonly atMost: number } | null,
    ]
  >
> = {
  'the downtime': [outMs, downtimeBetween],
  'the fewest ready clients': [
    (view) => leastReady(view, CLIENTS),
    (offered, intended) => leastReadyBetween(offered, intended, CLIENTS),
  ],
  'the most clients in a condition': [
    ({ curves }) => mostClientsIn(curves, 'refreshFailing'),
    (offered, intended) => mostClientsBetween(offered, intended, 'refreshFailing'),
  ],
};

/** Whether the true figure lies outside those of both views. */
function liesOutside(of: (view: View) => number | null, all: readonly Client[]): boolean {
  const { intended, offered, truth } = views(all);
  const [first, second, value] = [of(intended), of(offered), of(truth)];
  if (value === null || first === null || second === null) return false;
  return value < Math.min(first, second) || value > Math.max(first, second);
}

describe.each(Object.entries(FIGURES))('%s', (_what, [of, between]) => {
  it('lies between its bounds, whichever part of the lateness of each event was real', () => {
    fc.assert(
      fc.property(clients, (all) => {
        const { intended, offered, truth } = views(all);
        const bounds = between(offered, intended);
        fc.pre(bounds !== null);
        const value = of(truth)!;
        expect(value).toBeGreaterThanOrEqual(bounds.atLeast);
        expect(value).toBeLessThanOrEqual(bounds.atMost);
      }),
      RUNS,
    );
  });

  it('needs bounds: it may lie outside both views', () => {
    expect(fc.sample(clients, { numRuns: 2000, seed: 7 }).some((all) => liesOutside(of, all))).toBe(true);
  });

  it('is known where nothing was late', () => {
    fc.assert(
      fc.property(clients, (all) => {
        const onTime = views(all.map((client) => client.map((one) => ({ ...one, lateBins: 0 })))).truth;
        const bounds = between(onTime, onTime);
        fc.pre(bounds !== null);
        expect(bounds).toEqual({ atLeast: of(onTime), atMost: of(onTime) });
      }),
      RUNS,
    );
  });
});
