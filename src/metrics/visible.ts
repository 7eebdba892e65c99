/** Share of the greater value up to which a difference between the two views of a run is not shown. */
const VISIBLE = 0.05;
/** Difference of durations up to which it is not shown, ms: timers are that late on an idle machine. */
const VISIBLE_MS = 10;

/** Whether a value differs so much between the two views of a run that reports show both. */
export function differVisibly(offered: number, intended: number): boolean {
  return Math.abs(offered - intended) > VISIBLE * Math.max(offered, intended);
}

/** The same of durations in ms. */
export function durationsDiffer(offeredMs: number, intendedMs: number): boolean {
  return Math.abs(offeredMs - intendedMs) >= VISIBLE_MS && differVisibly(offeredMs, intendedMs);
}

/**
 * A rate in both views where they differ visibly, else as it was offered.
 *
 * @param intended null: not known
 * @example rateInViews(1188, 4000, (n) => `${n}/s`) // '4000/s intended, 1188/s offered'
 */
export function rateInViews(offered: number, intended: number | null, print: (rate: number) => string): string {
  if (intended === null || !differVisibly(offered, intended)) return print(offered);
  return `${print(intended)} intended, ${print(offered)} offered`;
}
