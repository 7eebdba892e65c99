import type { StatusAnswer } from '../../../core/fault/status-answer.ts';
import { count, scalar } from '../../scalar.ts';
import { MAX_RETRY_AFTER_SECONDS } from '../../limits.ts';
import type { Printed } from '../../object.ts';
import { object } from '../../object.ts';
import { readCount } from '../../../core/units/count.ts';
import { readDuration } from '../../../core/units/duration.ts';
import { Rejection, reject } from '../../../core/codec/reject.ts';

/** As the header has them: a whole number of seconds; a duration of so many will do. */
const seconds = () =>
  scalar<number>(
    (input) => {
      const ms = typeof input === 'string' && /(ms|s|m|h)$/.test(input) ? readDuration(input) : null;
      if (ms instanceof Rejection) return ms;
      if (ms === null) return readCount(input, { min: 0, max: MAX_RETRY_AFTER_SECONDS });
      if (ms % 1000 === 0 && ms <= MAX_RETRY_AFTER_SECONDS * 1000) return ms / 1000;
      return reject('not whole seconds', input, `write a number of seconds from 0 to ${MAX_RETRY_AFTER_SECONDS}`);
    },
    {
      anyOf: [
        { type: 'integer', minimum: 0, maximum: MAX_RETRY_AFTER_SECONDS },
        { type: 'string', pattern: String.raw`^\d+(\.\d+)?(ms|s|m|h|k|M)?$` },
      ],
    },
  ).optional();

export const statusKeys = object({
  status: count({ min: 400, max: 599 }).describe('the HTTP status to answer with'),
  retryAfter: seconds().describe('Retry-After with so many seconds (RFC 9110 section 10.2.3)'),
  retryAfterDate: seconds().describe('Retry-After with the date so many seconds ahead'),
}).check(({ value, issues }) => {
  if (value.retryAfter === undefined || value.retryAfterDate === undefined) return;
  const message = 'said twice — write retryAfter or retryAfterDate';
  issues.push({ code: 'custom', message, path: ['retryAfterDate'], input: value.retryAfterDate });
});

export function statusAnswer(keys: {
  readonly status: number;
  readonly retryAfter?: number | undefined;
  readonly retryAfterDate?: number | undefined;
}): StatusAnswer {
  const { status, retryAfter, retryAfterDate } = keys;
  if (retryAfter !== undefined) return { status, retryAfter: { seconds: retryAfter, as: 'seconds' } };
  return { status, retryAfter: retryAfterDate === undefined ? null : { seconds: retryAfterDate, as: 'date' } };
}

export function printStatus({ status, retryAfter }: StatusAnswer): Printed {
  if (retryAfter === null) return { status };
  return { status, [retryAfter.as === 'date' ? 'retryAfterDate' : 'retryAfter']: retryAfter.seconds };
}
