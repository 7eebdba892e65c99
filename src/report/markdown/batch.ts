import { durationText, NOTHING, timeText } from '../format.ts';
import { figureCell } from '../text/figures.ts';
import { reasonsOf, sumLine, type BatchRow } from '../batch.ts';
import { code, document, MARKS, table } from './text.ts';

/** Many scenarios for a pull request: how each ended and whether that was promised, and why of those that were not. */
export function markdownBatch(rows: readonly BatchRow[], planned: number): string {
  const broken = rows.filter(({ kept }) => kept === false);
  const kept = rows.filter((row) => row.kept === true);
  const whole =
    kept.length > 0 && rows.length === planned && rows.every((row) => row.kept === true || row.outcome === 'skipped');
  return document([
    [
      `### ${broken.length > 0 ? MARKS.fail : whole ? MARKS.pass : MARKS.inconclusive} squall: ${sumLine(rows, planned)}`,
    ],
    broken.flatMap((row) => [`- ${code(row.scenario)}`, ...reasonsOf(row).map((reason) => `  - ${code(reason)}`)]),
    table(['', 'scenario', 'verdict', 'peak attempts', 't95 recovery', 'duplicated', 'duration'], rows.map(cells)),
  ]);
}

function cells({ scenario, outcome, kept, figures, summary }: BatchRow): readonly string[] {
  const promise = kept === null ? NOTHING : kept ? `${MARKS.pass} as promised` : `${MARKS.fail} **not** as promised`;
  const ended = [promise, code(scenario), summary?.verdict ?? outcome];
  if (summary === null || figures === null) return [...ended, '', '', '', ''];
  return [
    ...ended,
    figureCell(figures.peakAttemptsPerSecond, 'per-second'),
    durationText(figures.t95RecoveryMs),
    figureCell(figures.duplicated, 'count'),
    timeText(summary.durationMs),
  ];
}
