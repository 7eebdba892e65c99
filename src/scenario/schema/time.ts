import { z } from 'zod';
import type { Time } from '../../core/random/time.ts';
import { DEFAULTS } from '../defaults.ts';
import { duration, scalar } from '../scalar.ts';
import { MAX_RUN_MS } from '../limits.ts';
import { object } from '../object.ts';
import { DURATION_PATTERN, printDuration, readDuration } from '../../core/units/duration.ts';
import { Rejection } from '../../core/codec/reject.ts';

const part = () => duration({ maxMs: MAX_RUN_MS });

/** A duration, or how it is distributed. */
export const time = z.union([
  scalar<Time>(
    (input) => {
      const ms = readDuration(input, { maxMs: MAX_RUN_MS });
      return ms instanceof Rejection ? ms : { kind: 'fixed', ms };
    },
    { type: 'string', pattern: DURATION_PATTERN, examples: ['1ms'] },
  ),
  object({
    exponential: part().describe('mean of the part above the floor'),
    floor: part().prefault(DEFAULTS.time.floor).describe('the least'),
  }).transform((keys): Time => ({ kind: 'exponential', floorMs: keys.floor, meanMs: keys.exponential })),
  object({
    mean: part().describe('mean of a normal distribution, cut off at 0'),
    sd: part().describe('its standard deviation'),
  }).transform((keys): Time => ({ kind: 'normal', meanMs: keys.mean, sdMs: keys.sd })),
]);

/** The inverse of `time`. */
export function printTime(printed: Time): unknown {
  switch (printed.kind) {
    case 'fixed':
      return printDuration(printed.ms);
    case 'exponential':
      return { exponential: printDuration(printed.meanMs), floor: printDuration(printed.floorMs) };
    case 'normal':
      return { mean: printDuration(printed.meanMs), sd: printDuration(printed.sdMs) };
  }
}
