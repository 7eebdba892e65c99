import { durationText, NOTHING, timeText } from '../format.ts';
import { figureCell } from '../text/figures.ts';
import { reasonsOf, batchTotalsLine, type BatchRow } from '../text/batch.ts';
import { code, document, MARKS, table } from './text.ts';

/** Many scenarios for a pull request: verdict and expectation of each, with reasons for the unexpected ones. */
export function markdownBatch(rows: readonly BatchRow[], planned: number): string {
  const broken = rows.filter(({ met }) => met === false);
  const met = rows.filter((row) => row.met === true);
  const whole =
    met.length > 0 && rows.length === planned && rows.every((row) => row.met === true || row.outcome === 'skipped');
  return document([
    [
      `### ${broken.length > 0 ? MARKS.fail : whole ? MARKS.pass : MARKS.inconclusive} squall: ${batchTotalsLine(rows, planned)}`,
    ],
    broken.flatMap((row) => [`- ${code(row.scenario)}`, ...reasonsOf(row).map((reason) => `  - ${code(reason)}`)]),
    table(['', 'scenario', 'verdict', 'peak attempts', 't95 recovery', 'duplicated', 'duration'], rows.map(cells)),
  ]);
}

function cells({ scenario, outcome, met, figures, summary }: BatchRow): readonly string[] {
  const expectation = met === null ? NOTHING : met ? `${MARKS.pass} as expected` : `${MARKS.fail} **not** as expected`;
  const ended = [expectation, code(scenario), summary?.verdict ?? outcome];
  if (summary === null || figures === null) return [...ended, '', '', '', ''];
  return [
    ...ended,
    figureCell(figures.peakAttemptsPerSecond, 'per-second'),
    durationText(figures.t95RecoveryMs),
    figureCell(figures.duplicated, 'count'),
    timeText(summary.durationMs),
  ];
}
