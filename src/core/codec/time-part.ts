import { DURATION_PATTERN, printDuration, readDuration } from '../units/duration.ts';
import { printShare, readShare, SHARE_PATTERN } from '../units/share.ts';
import { scalar, type Codec } from './codec.ts';
import { Rejection } from './reject.ts';

/** A time in milliseconds, or as a share of another in [0, 1]. */
export type TimePart = { readonly ms: number } | { readonly fraction: number };

/** @param wholeMs what a share is of */
export function partMs(part: TimePart, wholeMs: number): number {
  return 'ms' in part ? part.ms : part.fraction * wholeMs;
}

/** @param zero whether the share may be 0 % */
export function timePart(example: string, zero = false): Codec<TimePart> {
  return scalar<TimePart>(
    (input) => {
      if (typeof input === 'string' && input.endsWith('%')) {
        const fraction = readShare(input, { zero });
        return fraction instanceof Rejection ? fraction : fraction === 0 ? { ms: 0 } : { fraction };
      }
      const ms = readDuration(input);
      return ms instanceof Rejection ? ms : { ms };
    },
    (part) => ('ms' in part ? printDuration(part.ms) : printShare(part.fraction)),
    { type: 'string', anyOf: [{ pattern: DURATION_PATTERN }, { pattern: SHARE_PATTERN }], examples: [example, '20%'] },
  );
}
