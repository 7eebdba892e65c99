/** The text for a number that does not exist. */
export const NOTHING = '–';

/** A count in at most five characters: `1994`, `12.3k`, `1.25M`. */
export function countText(count: number): string {
  if (!Number.isFinite(count)) return NOTHING;
  const size = Math.abs(count);
  if (size < 9_999.5) return String(Math.round(count));
  if (size < 99_950) return `${(count / 1e3).toFixed(1)}k`;
  if (size < 999_500) return `${Math.round(count / 1e3)}k`;
  if (size < 9_995_000) return `${(count / 1e6).toFixed(2)}M`;
  return `${Math.round(count / 1e6)}M`;
}

/** A latency in at most six characters, three digits at most: `420us`, `1.2ms`, `120ms`, `12.3s`, `2m05s`. */
export function durationText(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return NOTHING;
  if (ms < 0.9995) return `${Math.round(Math.max(0, ms) * 1e3)}us`;
  if (ms < 9.95) return `${ms.toFixed(1)}ms`;
  if (ms < 999.5) return `${Math.round(ms)}ms`;
  if (ms < 59_950) return `${(ms / 1e3).toFixed(1)}s`;
  return clockText(ms);
}

/**
 * A latency in the unit that suits the longest of its column, so that the column is easy to compare: `3.100s` above
 * `0.038s`.
 */
export function durationIn(ms: number | null, longestMs: number): string {
  if (ms === null || !Number.isFinite(ms)) return NOTHING;
  if (longestMs < 0.9995) return `${Math.round(ms * 1e3)}us`;
  if (longestMs < 999.5) return `${ms.toFixed(longestMs < 9.95 ? 2 : longestMs < 99.5 ? 1 : 0)}ms`;
  return `${(ms / 1e3).toFixed(longestMs < 9_999.5 ? 3 : longestMs < 99_995 ? 2 : 1)}s`;
}

/** An instant of the run to a tenth of a second: `12.3s`, after a minute `2m05s`, after an hour `1h02m`. */
export function timeText(ms: number): string {
  return Math.abs(ms) < 59_950 ? `${(ms / 1e3).toFixed(1)}s` : clockText(ms);
}

function clockText(ms: number): string {
  const seconds = Math.round(ms / 1e3);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${twoDigits(seconds % 60)}s`;
  return `${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`;
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}

/** A bar of exactly `columns` characters, filled by `share` in [0,1]; a share above 0 fills at least one. */
export function barText(share: number, columns: number, rest: '░' | ' '): string {
  const bounded = Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0));
  const filled = bounded === 0 ? 0 : Math.max(1, Math.round(bounded * columns));
  return '█'.repeat(filled) + rest.repeat(columns - filled);
}

/** A figure with three decimal places at most; a dash for null. */
export function figureText(value: number | null): string {
  return value === null ? NOTHING : String(Math.round(value * 1000) / 1000);
}
