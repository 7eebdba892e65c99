import type { ObjectOf } from '../codec/object.ts';
import { count, duration, range, share, unlimitedOr } from '../codec/scalars.ts';
import { MAX_RUN_MS } from '../limits.ts';
import { showValue } from '../text/show-value.ts';

/** Shares of the population in the order of arrival: `from` <= place < `to`, both in [0, 1]. */
export interface Cohort {
  readonly from: number;
  readonly to: number;
}

const shares = range('from', 'to', share({ zero: true }), '[0%, 25%]');

const cohort = shares
  .refine((value, refuse) => {
    if (value.from === value.to)
      refuse(`nobody at all (${showValue(shares.print(value))}) — write two different shares, such as [0%, 25%]`);
  })
  .map<Cohort | null>(
    (value) => (value.from === 0 && value.to === 1 ? null : value),
    (value) => value ?? { from: 0, to: 1 },
  );

/** Keys that faults of every kind have. */
export const planKeys = {
  at: duration({ maxMs: MAX_RUN_MS }).as('atMs').describe('from the start of the run'),
  share: share()
    .default('100%')
    .describe('share of the clients, users or gateways that it may hit, drawn from the seed for each occurrence'),
  cohort: cohort
    .default(['0%', '100%'])
    .describe('only clients of this part of the population, in the order of their arrival'),
  spread: duration({ maxMs: MAX_RUN_MS })
    .as('spreadMs')
    .default('0s')
    .describe('the hits of an occurrence begin spread evenly over this time'),
  every: duration({ zero: false, maxMs: MAX_RUN_MS })
    .as('everyMs')
    .optional()
    .describe('period after which it happens again'),
  times: unlimitedOr(count({ min: 1, max: 10_000 }))
    .optional('unlimited')
    .describe('number of occurrences, where there is an `every`; unlimited: until the run ends'),
  atLeast: share({ zero: true })
    .default('100%')
    .describe('share of the planned hits below which the run is inconclusive'),
};

/** A plan as a scenario spells it. */
export type SpelledPlan = ObjectOf<typeof planKeys>;

/** Instants, repetition and clients of a fault. Instants are milliseconds from the run's start. */
export interface Plan extends Omit<SpelledPlan, 'everyMs' | 'times'> {
  /** duration of each occurrence; 0: an instant, or to the end of the run */
  readonly forMs: number;
  /** null: it happens once */
  readonly repeat: Repeat | null;
}

export interface Repeat {
  readonly everyMs: number;
  /** number of occurrences; Infinity: until the run ends */
  readonly times: number;
}
