import { retryAfterDate, type RetryAfter } from '../core/server/retry-after.ts';
/** One instant on two clocks: the monotonic clock that all processes of this machine share, and the wall clock. */
export interface WallAnchor {
  /** milliseconds of `process.hrtime` */
  readonly hrMs: number;
  /** milliseconds since the Unix epoch */
  readonly wallMs: number;
}

/** Longest time between readings of the two clocks that count as one instant, ms. */
const AT_ONCE_MS = 1;
/** Most tries to read them at one instant; the best one counts. */
const READINGS_MAX = 5;

/** Milliseconds of the monotonic clock that all threads and processes of this machine share. */
export function sharedNowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Reads both clocks at one instant. */
export function anchorWall(): WallAnchor {
  let best: WallAnchor = { hrMs: 0, wallMs: 0 };
  let leastMs = Infinity;
  for (let n = 0; n < READINGS_MAX && leastMs > AT_ONCE_MS; n++) {
    const beforeMs = sharedNowMs();
    const wallMs = Date.now();
    const tookMs = sharedNowMs() - beforeMs;
    if (tookMs >= leastMs) continue;
    leastMs = tookMs;
    best = { hrMs: beforeMs + tookMs / 2, wallMs };
  }
  return best;
}

/** The wall time at `anchor` plus the monotonic time since, ms since the Unix epoch. */
export function wallSince({ hrMs, wallMs }: WallAnchor): number {
  return wallMs + sharedNowMs() - hrMs;
}

/** The wall clock minus `wallSince`, ms: its steps and its drift since `anchor`. */
export function wallErrorMs({ hrMs, wallMs }: WallAnchor): number {
  const now = anchorWall();
  return now.wallMs - wallMs - (now.hrMs - hrMs);
}

/** Formats the value of a Retry-After header. */
export function retryAfterText({ seconds, as }: RetryAfter, nowMs: number): string {
  return as === 'seconds' ? String(seconds) : new Date(retryAfterDate(seconds, nowMs)).toUTCString();
}
