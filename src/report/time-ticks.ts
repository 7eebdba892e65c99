const STEPS_MS = [
  100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, 60e3, 120e3, 300e3, 600e3, 900e3, 1800e3, 3600e3, 7200e3, 14_400e3,
] as const;

/** A labelled instant on a time axis. */
export interface TimeTick {
  readonly atMs: number;
  readonly text: string;
}

/** Round times of the span from `fromMs` on; about `wanted` of them, and at most one more at its start. */
export function timeTicks(spanMs: number, wanted: number, fromMs = 0): readonly TimeTick[] {
  const wantedMs = spanMs / wanted;
  const stepMs = STEPS_MS.find((step) => step >= wantedMs) ?? wantedMs;
  const first = Math.ceil(fromMs / stepMs);
  const ticks = Math.floor((fromMs + spanMs) / stepMs) + 1 - first;
  return Array.from({ length: ticks }, (_, n) => ({
    atMs: (first + n) * stepMs,
    text: tickText((first + n) * stepMs),
  }));
}

function tickText(atMs: number): string {
  if (atMs < 60e3) return `${Number((atMs / 1e3).toFixed(1))}s`;
  const minutes = Math.floor(atMs / 60e3);
  const seconds = Number(((atMs % 60e3) / 1e3).toFixed(1));
  return seconds === 0 ? `${minutes}m` : `${minutes}m${seconds}s`;
}
