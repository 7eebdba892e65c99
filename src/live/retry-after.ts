import type { Machine } from '../core/client/machine.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { MAX_RETRY_AFTER_SECONDS } from '../core/limits.ts';
import type { RunClock } from './clock.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** The three forms of a date that RFC 9110 section 5.6.7 would have understood, all of them in UTC. */
const FORMS = [
  /^[A-Z][a-z]{2}, (?<day>\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Z][a-z]+day, (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
];
/** A year of two digits is of this century: nobody asks for patience until a past one. */
const CENTURY = 2000;

/**
 * For how long a `Retry-After` header asks not to be asked again (RFC 9110 section 10.2.3), in milliseconds, a day at
 * most. 0 where it says nothing, or nothing that can be understood.
 *
 * @param clientWallMs what the client's own clock shows, by which it reads a date
 */
export function retryAfterMs(value: string | null, clientWallMs: number): number {
  const text = value?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : (dateOf(text) ?? 0) - clientWallMs;
  return Math.min(Math.max(0, ms), MAX_RETRY_AFTER_SECONDS * 1000);
}

/**
 * How long a client was asked not to try again, ms. A date is read by the client's own clock.
 *
 * @param header null where there was none
 */
export function retryAfterOf(
  machine: Machine,
  clock: RunClock,
  client: number,
  header: string | null,
  now: MonoMs,
): number {
  return header === null ? 0 : retryAfterMs(header, clock.wallAt(now) + machine.clock.offsetMs(client, now));
}

function dateOf(text: string): number | null {
  for (const form of FORMS) {
    const { day = '', month = '', year = '', time = '' } = form.exec(text)?.groups ?? {};
    const place = MONTHS.indexOf(month);
    if (place === -1) continue;
    const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
    const full = Number(year) + (year.length === 2 ? CENTURY : 0);
    return Date.UTC(full, place, Number(day), hours, minutes, seconds);
  }
  return null;
}
