import type { Machine } from '../../core/client/machine.ts';
import type { MonoMs } from '../../core/time/instant.ts';
import { MAX_RETRY_AFTER_SECONDS } from '../../core/limits.ts';
import type { RunClock } from '../time/clock.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** Patterns of the three date forms in RFC 9110 section 5.6.7, all in UTC. */
const FORMS = [
  /^[A-Z][a-z]{2}, (?<day>\d{2}) (?<month>[A-Z][a-z]{2}) (?<year>\d{4}) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Z][a-z]+day, (?<day>\d{2})-(?<month>[A-Z][a-z]{2})-(?<year>\d{2}) (?<time>\d\d:\d\d:\d\d) GMT$/,
  /^[A-Z][a-z]{2} (?<month>[A-Z][a-z]{2}) (?<day>[ \d]\d) (?<time>\d\d:\d\d:\d\d) (?<year>\d{4})$/,
];
/** Century of a year with two digits. */
const CENTURY = 2000;

/**
 * Parses a `Retry-After` header (RFC 9110 section 10.2.3), ms, a day at most; 0: absent or not understood.
 *
 * @param clientWallMs the client's wall clock, by which it reads a date
 */
export function retryAfterMs(value: string | null, clientWallMs: number): number {
  const text = value?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : (dateOf(text) ?? 0) - clientWallMs;
  return Math.min(Math.max(0, ms), MAX_RETRY_AFTER_SECONDS * 1000);
}

/**
 * Returns the Retry-After of an answer to a client, ms. A date is read by the client's clock.
 *
 * @param header value of the header; null: there was none
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
