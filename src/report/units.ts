/** What stands where a number does not exist. */
const NOTHING = '–';

/** A latency with three digits at most: `420us`, `1.2ms`, `120ms`, `12.3s`, `2m05s`. */
export function durationText(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return NOTHING;
  if (ms < 0.9995) return `${Math.round(Math.max(0, ms) * 1000)}us`;
  if (ms < 9.95) return `${ms.toFixed(1)}ms`;
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  return timeText(ms);
}

/** A place on the run's time axis to a tenth of a second: `12.3s`, past a minute `2m05s`. */
export function timeText(ms: number): string {
  if (Math.abs(ms) < 59_950) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
}

/** A figure that may be unknown. */
export function figureText(value: number | null): string {
  return value === null ? NOTHING : String(Math.round(value * 1000) / 1000);
}
