import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Curves } from '../metrics/curves.ts';
import type { WorldName } from '../metrics/run.ts';
import { applyChanges } from './curve-changes.ts';
import { FILES } from './files.ts';
import { FolderError, NeverBegan } from './folder-error.ts';
import { readLines } from './read-text.ts';
import { parseTimelineHeader, parseTimelineLine, type TimelineHeader, type TimelineLine } from './timeline.ts';

export interface Timeline {
  readonly world: WorldName;
  /** ISO 8601, UTC */
  readonly startedAt: string;
  readonly curves: Curves;
  /** the totals as they last stood; null when the run was cut off within its first second */
  readonly last: TimelineLine | null;
}

/**
 * Rebuilds the curves of a run, and the totals that it had reached. A damaged line ends the story: the curves after it
 * would lack what it held.
 *
 * @param bins how many bins the curves have if no line tells
 * @throws {FolderError} when there is no timeline of a format that this version knows
 */
export function readTimeline(dir: string, bins: number, warnings: string[]): Timeline {
  const { header, lines } = readTimelineLines(dir, warnings);
  const curves = new Curves(new ArrayBuffer(Curves.bytes(lines[0]?.bins ?? bins)));
  for (const { changes } of lines) applyChanges(curves, changes);
  return { world: header.world, startedAt: header.startedAt, curves, last: lines.at(-1) ?? null };
}

/**
 * The lines of a timeline up to the first that is damaged.
 *
 * @throws {FolderError} when there is no timeline of a format that this version knows
 */
export function readTimelineLines(
  dir: string,
  warnings: string[],
): { readonly header: TimelineHeader; readonly lines: readonly TimelineLine[] } {
  const [first = '', ...rest] = readLines(dir, 'timeline', warnings);
  const header = parseTimelineHeader(first);
  if (first === '' && rest.length === 0 && existsSync(join(dir, FILES.timeline))) {
    throw new NeverBegan(`${dir}: the run was killed before it began, and nothing was measured: run it again`);
  }
  if (header === null) {
    throw new FolderError(
      `${dir} holds no ${FILES.timeline} that this version of squall can read: name the folder of a run`,
    );
  }
  return { header, lines: goodLines(rest, warnings) };
}

function goodLines(lines: readonly string[], warnings: string[]): readonly TimelineLine[] {
  const good: TimelineLine[] = [];
  for (const [index, text] of lines.entries()) {
    const line = parseTimelineLine(text);
    if (line === null) {
      warnings.push(`${FILES.timeline} line ${index + 2} is damaged; it and what follows are left out`);
      break;
    }
    good.push(line);
  }
  return good;
}
