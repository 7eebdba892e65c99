import { faultEndMs, type Fault } from '../core/fault/fault.ts';
import { columnAt } from './axis.ts';
import { durationText } from '../report/format.ts';

/** A fault's window in columns of the time axis: from `from` up to but not including `to`, at least one. */
export interface FaultWindow {
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

/** Where the planned faults lie on an axis of `columns`; those past its end are left out. */
export function faultWindows(faults: readonly Fault[], spanMs: number, columns: number): FaultWindow[] {
  return faults
    .map((fault) => {
      const from = columnAt(fault.atMs, spanMs, columns);
      return { label: faultLabel(fault), from, to: Math.max(from + 1, columnAt(faultEndMs(fault), spanMs, columns)) };
    })
    .filter((window) => window.from < columns)
    .toSorted((a, b) => a.from - b.from);
}

/** What a fault does, in a few words: `refresh 503`, `drop 1012`, `clock +30.0s`. */
export function faultLabel(fault: Fault): string {
  switch (fault.kind) {
    case 'refresh':
      return `refresh ${typeof fault.mode === 'string' ? fault.mode : fault.mode.status}`;
    case 'drop':
      return `drop ${typeof fault.mode === 'string' ? fault.mode : fault.mode.code}`;
    case 'clock':
      return `clock ${fault.offsetMs < 0 ? '-' : '+'}${durationText(Math.abs(fault.offsetMs))}`;
  }
}

/** Which columns lie in any window. */
export function shadedColumns(windows: readonly FaultWindow[], columns: number): boolean[] {
  return Array.from({ length: columns }, (_, column) => windows.some(({ from, to }) => column >= from && column < to));
}

/** The windows as one row of exactly `columns` characters, each named where there is room beside it. */
export function faultBand(windows: readonly FaultWindow[], columns: number): string {
  const cells: string[] = shadedColumns(windows, columns).map((shaded) => (shaded ? '▒' : ' '));
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
