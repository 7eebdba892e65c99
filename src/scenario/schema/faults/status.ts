import type { StatusAnswer } from '../../../core/fault/retry-after.ts';
import { count } from '../../leaf.ts';
import { MAX_RETRY_AFTER_SECONDS } from '../../limits.ts';
import type { Printed } from '../../printed.ts';
import { section } from '../../section.ts';

const seconds = () => count({ min: 0, max: MAX_RETRY_AFTER_SECONDS }).optional();

export const statusKeys = section({
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
