import type { Time } from '../random/time.ts';
import { oneOf, variant } from './choice.ts';
import type { Codec } from './codec.ts';
import { duration } from './scalars.ts';
import { MAX_RUN_MS } from '../limits.ts';

const part = () => duration({ maxMs: MAX_RUN_MS });

/** A duration, or a distribution of durations. */
export const time: Codec<Time> = oneOf(
  part().wrap('ms').tagged({ kind: 'fixed' }),
  variant(
    { kind: 'exponential' },
    {
      exponential: part().as('meanMs').describe('mean of the part above the floor'),
      floor: part().as('floorMs').default('0s').describe('the least'),
    },
  ),
  variant(
    { kind: 'normal' },
    {
      mean: part().as('meanMs').describe('mean of a normal distribution, cut off at 0'),
      sd: part().as('sdMs').describe('its standard deviation'),
    },
  ),
);
