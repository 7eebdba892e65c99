import { windowsOf, type FaultOutcome } from '../core/fault/outcome.ts';
import { columnAt } from './axis.ts';
import type { BecameUnknown } from '../metrics/unknown.ts';
import { clean } from '../report/clean.ts';
import { countText } from '../report/format.ts';

/** A fault's window, or the instant at which clients became unknown, in columns of the time axis: `from` inclusive, `to` exclusive, at least one. */
export interface FaultWindow {
  readonly label: string;
  /** character that fills it in the band */
  readonly mark: string;
  readonly from: number;
  readonly to: number;
}

/** The windows of the faults on an axis of `columns`; later ones are left out. */
export function faultWindows(faults: readonly FaultOutcome[], spanMs: number, columns: number): FaultWindow[] {
  return faults
    .flatMap((fault) =>
      windowsOf(fault).map(({ startMs, endMs }) => {
        const from = columnAt(startMs, spanMs, columns);
        return { label: clean(fault.label), mark: '▒', from, to: Math.max(from + 1, columnAt(endMs, spanMs, columns)) };
      }),
    )
    .filter((window) => window.from < columns)
    .toSorted((a, b) => a.from - b.from);
}

/** The instants at which clients became unknown, as windows of one column. */
export function unknownWindows(since: readonly BecameUnknown[], spanMs: number, columns: number): FaultWindow[] {
  return since
    .map(({ sinceMs, clients }) => {
      const from = columnAt(sinceMs, spanMs, columns);
      return { label: `${countText(clients)} unknown`, mark: '?', from, to: from + 1 };
    })
    .filter(({ from }) => from < columns);
}

/** For each column, whether it lies in a window. */
export function shadedColumns(windows: readonly FaultWindow[], columns: number): boolean[] {
  return Array.from({ length: columns }, (_, column) => windows.some(({ from, to }) => column >= from && column < to));
}

/** The windows as one row of exactly `columns` characters, each with its name if there is room. */
export function faultBand(windows: readonly FaultWindow[], columns: number): string {
  const cells = Array.from({ length: columns }, () => ' ');
  for (const { mark, from, to } of windows) cells.fill(mark, from, Math.min(to, columns));
  for (const window of windows) {
    const label = Array.from(` ${window.label} `);
    const places = [window.to, window.from - label.length];
    const place = places.find((start) => isFree(cells, start, label.length));
    if (place !== undefined) cells.splice(place, label.length, ...label);
  }
  return cells.join('');
}

function isFree(cells: readonly string[], start: number, length: number): boolean {
  return (
    start >= 0 && start + length <= cells.length && cells.slice(start, start + length).every((cell) => cell === ' ')
  );
}
