const STEPS_MS = [
  100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1800e3, 3600e3, 7200e3, 14_400e3,
] as const;

/** A place on a time axis that bears its time. */
export interface TimeTick {
  readonly atMs: number;
  readonly text: string;
}

/** Round times from 0 to the end of the span, about `wanted` of them and never more but for the one at 0. */
export function timeTicks(spanMs: number, wanted: number): readonly TimeTick[] {
  const wantedMs = spanMs / wanted;
  const stepMs = STEPS_MS.find((step) => step >= wantedMs) ?? wantedMs;
  const ticks = Math.floor(spanMs / stepMs) + 1;
  return Array.from({ length: ticks }, (_, n) => ({ atMs: n * stepMs, text: tickText(n * stepMs) }));
}

function tickText(atMs: number): string {
  if (atMs < 60e3) return `${Number((atMs / 1e3).toFixed(1))}s`;
  const minutes = Math.floor(atMs / 60e3);
  const seconds = Math.round((atMs % 60e3) / 1e3);
  return seconds === 0 ? `${minutes}m` : `${minutes}m${seconds}s`;
}
