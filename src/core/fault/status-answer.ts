import { scalar, type ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { Rejection, reject } from '../codec/reject.ts';
import { count } from '../codec/scalars.ts';
import { MAX_RETRY_AFTER_SECONDS } from '../limits.ts';
import { readCount } from '../units/count.ts';
import { readDuration } from '../units/duration.ts';
import type { RetryAfter } from '../server/retry-after.ts';

/** A whole number of seconds, or a duration of whole seconds. */
const seconds = scalar<number>(
  (input) => {
    const ms = typeof input === 'string' && /(ms|s|m|h)$/.test(input) ? readDuration(input) : null;
    if (ms instanceof Rejection) return ms;
    if (ms === null) return readCount(input, { min: 0, max: MAX_RETRY_AFTER_SECONDS });
    if (ms % 1000 === 0 && ms <= MAX_RETRY_AFTER_SECONDS * 1000) return ms / 1000;
    return reject('not whole seconds', input, `write a number of seconds from 0 to ${MAX_RETRY_AFTER_SECONDS}`);
  },
  Number,
  {
    anyOf: [
      { type: 'integer', minimum: 0, maximum: MAX_RETRY_AFTER_SECONDS },
      { type: 'string', pattern: String.raw`^\d+(\.\d+)?(ms|s|m|h|k|M)?$` },
    ],
  },
).optional();

/** An HTTP status with which a request is refused. */
export const statusAnswer = object({
  status: count({ min: 400, max: 599 }).describe('the HTTP status to answer with'),
  retryAfter: seconds.describe('Retry-After with this many seconds (RFC 9110 section 10.2.3)'),
  retryAfterDate: seconds.describe('Retry-After with the date this many seconds ahead'),
}).map<{ readonly status: number; readonly retryAfter: RetryAfter | null }>(
  ({ status, retryAfter, retryAfterDate }, refuse) => {
    if (retryAfter !== undefined && retryAfterDate !== undefined)
      refuse('given twice — write retryAfter or retryAfterDate', ['retryAfterDate']);
    if (retryAfter !== undefined) return { status, retryAfter: { seconds: retryAfter, as: 'seconds' } };
    return { status, retryAfter: retryAfterDate === undefined ? null : { seconds: retryAfterDate, as: 'date' } };
  },
  ({ status, retryAfter }) =>
    retryAfter === null
      ? { status }
      : { status, [retryAfter.as === 'date' ? 'retryAfterDate' : 'retryAfter']: retryAfter.seconds },
);

export type StatusAnswer = ValueOf<typeof statusAnswer>;

/** Names an answer: `503`, `429 retry-after 5s`. */
export function statusLabel({ status, retryAfter }: StatusAnswer): string {
  return retryAfter === null ? String(status) : `${status} retry-after ${retryAfter.seconds}s`;
}
