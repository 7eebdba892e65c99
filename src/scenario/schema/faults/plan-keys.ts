import type { z } from 'zod';
import type { Plan } from '../../../core/fault/plan.ts';
import { DEFAULTS } from '../../defaults.ts';
import { countOr, duration, scalar, readRange, share } from '../../scalar.ts';
import { MAX_RUN_MS } from '../../limits.ts';
import type { Printed } from '../../object.ts';
import { showValue } from '../../problem.ts';
import { object } from '../../object.ts';
import { printDuration } from '../../../core/units/duration.ts';
import { printShare, readShare, SHARE_PATTERN } from '../../../core/units/share.ts';
import { unlimitedOr } from '../../units/unlimited.ts';
import { Rejection, reject } from '../../../core/codec/reject.ts';

const D = DEFAULTS.fault;

const cohort = scalar<readonly [number, number]>(
  (input) => {
    const range = readRange(input, (item) => readShare(item, { zero: true }), '[0%, 25%]');
    if (range instanceof Rejection || range[0] < range[1]) return range;
    return reject('nobody at all', input, 'write two different shares, such as [0%, 25%]');
  },
  { type: 'array', items: { type: 'string', pattern: SHARE_PATTERN }, minItems: 2, maxItems: 2 },
);

/** What every fault takes. */
const common = {
  at: duration({ maxMs: MAX_RUN_MS }).describe('from the start of the run'),
  share: share()
    .prefault(D.share)
    .describe('of those it may hit: so many to the nearest whole number, drawn from the seed'),
  cohort: cohort
    .prefault([...D.cohort])
    .describe('only clients of this part of the population, in the order of their arrival'),
  spread: duration({ maxMs: MAX_RUN_MS }).prefault(D.spread).describe('the hits are spread evenly over this time'),
  every: duration({ zero: false, maxMs: MAX_RUN_MS }).optional().describe('it happens again each time this has passed'),
  times: countOr('unlimited', Infinity, { min: 1, max: 10_000 })
    .prefault(D.times)
    .describe('how often in all, where there is an `every`; unlimited: until the run ends'),
  atLeast: share({ zero: true })
    .prefault(D.atLeast)
    .describe('share of the planned hits that have to happen, or the run is inconclusive'),
};

/** Of a fault that hits and is over. */
export const instantaneous = common;

/** Of a fault that has to last. */
export const lasts = {
  ...common,
  for: duration({ zero: false, maxMs: MAX_RUN_MS }).describe('how long it lasts'),
};

/** Of a fault that may last, or stay for good. */
export const mayLast = {
  ...common,
  for: duration({ maxMs: MAX_RUN_MS }).prefault(D.for).describe('how long it lasts; 0s: for good'),
};

/** A fault's section: when it acts and on whom, and the key that says what it does. */
export function faultSection<P extends typeof instantaneous, S extends z.core.$ZodLooseShape>(plan: P, own: S) {
  return object({ ...plan, ...own }).check(({ value, issues }) => {
    if (!('times' in value) || value.times === Infinity) return;
    if ('every' in value && value.every !== undefined) return;
    const message = `has no meaning without \`every\` (${showValue(value.times)}) — add every, or remove times`;
    issues.push({ code: 'custom', message, path: ['times'], input: value.times });
  });
}

interface PlanKeys {
  readonly at: number;
  readonly share: number;
  readonly cohort: readonly [number, number];
  readonly spread: number;
  readonly every?: number | undefined;
  readonly times: number;
  readonly atLeast: number;
  readonly for?: number;
}

export function planOf(keys: PlanKeys): Plan {
  const [from, to] = keys.cohort;
  return {
    atMs: keys.at,
    forMs: keys.for ?? 0,
    spreadMs: keys.spread,
    repeat: keys.every === undefined ? null : { everyMs: keys.every, times: keys.times },
    share: keys.share,
    cohort: from === 0 && to === 1 ? null : { from, to },
    atLeast: keys.atLeast,
  };
}

/** The inverse of `planOf`. */
export function printPlan(plan: Plan, kind: typeof instantaneous | typeof lasts): Printed {
  return {
    at: printDuration(plan.atMs),
    ...('for' in kind ? { for: printDuration(plan.forMs) } : {}),
    share: printShare(plan.share),
    cohort: [printShare(plan.cohort?.from ?? 0), printShare(plan.cohort?.to ?? 1)],
    spread: printDuration(plan.spreadMs),
    ...(plan.repeat === null
      ? {}
      : { every: printDuration(plan.repeat.everyMs), times: unlimitedOr(plan.repeat.times, Number) }),
    atLeast: printShare(plan.atLeast),
  };
}
