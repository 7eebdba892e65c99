import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Curves } from '../metrics/curves.ts';
import type { WorldName } from '../metrics/run.ts';
import { SERIES, TIMINGS } from '../core/metrics.ts';
import { applyChanges } from './curve-changes.ts';
import { FILES } from './files.ts';
import { FolderError, RunNotStarted } from './folder-error.ts';
import { readLines } from './read-text.ts';
import { parseTimelineHeader, parseTimelineLine, type TimelineHeader, type TimelineLine } from './timeline.ts';

export interface Timeline {
  readonly world: WorldName;
  /** ISO 8601, UTC */
  readonly startedAt: string;
  /** curves and timings unknown to the version that wrote the folder */
  readonly unrecorded: ReadonlySet<string>;
  readonly curves: Curves;
  /** null: the lines hold none */
  readonly shifts: Curves | null;
  /** the last totals; null when the run was cut off within its first second */
  readonly last: TimelineLine | null;
}

interface OpenTimeline {
  readonly header: TimelineHeader;
  readonly texts: readonly string[];
}

/**
 * Rebuilds the curves and the last totals of a run. Reading ends at a damaged line, since later curves would lack its
 * changes.
 *
 * @param bins number of bins of the curves if there is no line
 */
export function readTimeline({ header, texts }: OpenTimeline, bins: number, warnings: string[]): Timeline {
  let curves: Curves | null = null;
  let shifts: Curves | null = null;
  let last: TimelineLine | null = null;
  // Changes are dropped once counted; all changes of a long run would take more memory than its curves.
  for (const line of goodLines(texts, header.format, warnings)) {
    curves ??= Curves.empty(line.bins);
    applyChanges(curves, line.changes);
    if (line.shifts !== null) applyChanges((shifts ??= Curves.empty(line.bins)), line.shifts);
    last = line;
  }
  const { world, startedAt, recorded } = header;
  const unrecorded = new Set([...SERIES, ...TIMINGS].filter((name) => !recorded.includes(name)));
  return { world, startedAt, unrecorded, curves: curves ?? Curves.empty(bins), shifts, last };
}

/**
 * The lines of a timeline up to the first damaged one.
 *
 * @throws {FolderError} when there is no timeline in a known format
 */
export function readTimelineLines(
  dir: string,
  warnings: string[],
): { readonly header: TimelineHeader; readonly lines: readonly TimelineLine[] } {
  const { header, texts } = openTimeline(dir, warnings);
  return { header, lines: [...goodLines(texts, header.format, warnings)] };
}

/**
 * The header of a timeline, and its lines unread.
 *
 * @throws {FolderError} when there is no timeline in a known format
 */
export function openTimeline(dir: string, warnings: string[]): OpenTimeline {
  const [first = '', ...texts] = readLines(dir, 'timeline', warnings);
  const header = parseTimelineHeader(first, join(dir, FILES.timeline));
  if (first === '' && texts.length === 0 && existsSync(join(dir, FILES.timeline))) {
    throw new RunNotStarted(`${dir}: the run was killed before it began, and nothing was measured: run it again`);
  }
  if (header === null) {
    throw new FolderError(
      `${dir} holds no ${FILES.timeline} that this version of squall can read: name the folder of a run`,
    );
  }
  return { header, texts };
}

function* goodLines(lines: readonly string[], format: number, warnings: string[]): Generator<TimelineLine> {
  for (const [index, text] of lines.entries()) {
    const line = parseTimelineLine(text, format);
    if (line === null) {
      warnings.push(`${FILES.timeline} line ${index + 2} is damaged; it and what follows are left out`);
      break;
    }
    yield line;
  }
}
