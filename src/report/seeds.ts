import type { SeedsSummary } from '../results/seeds-summary.ts';
import { clean } from './clean.ts';
import { COLUMNS, labelled } from './text/columns.ts';
import { figureLines } from './text/figures.ts';
import { painter } from './text/paint.ts';
import { tallyLines } from './text/tallies.ts';
import { VERDICT_STYLE } from './text/verdict.ts';
import { wrap } from './wrap.ts';

interface SeedsReport {
  readonly summary: SeedsSummary;
  /** the results folder */
  readonly dir: string;
  readonly colour: boolean;
}

/** What many seeds came to, for people, for a terminal of 80 columns: the verdicts, the thresholds, the spread. */
export function seedsReport({ summary, dir, colour }: SeedsReport): string {
  const { verdict, scenario, scenarioDescription, verdicts, offenders } = summary;
  const paint = painter(colour);
  const notPassed = verdicts.fail + verdicts.inconclusive;
  const more = notPassed > offenders.length ? `, and ${notPassed - offenders.length} more` : '';
  const listed = offenders.map((each) => `${each.seed}${each.verdict === 'fail' ? '' : ' (inconclusive)'}`).join(', ');
  const head = [
    `${paint(VERDICT_STYLE[verdict], verdict.toUpperCase())}  ${paint('title', clean(scenario))}`,
    ...wrap(clean(scenarioDescription, COLUMNS * 5), COLUMNS),
    paint('quiet', seedsLine(summary)),
    ...(notPassed === 0 ? [] : wrap(`did not pass: seeds ${listed}${more}`, COLUMNS, '  ')),
  ];
  const sections = [
    head,
    tallyLines(summary.thresholds, paint),
    figureLines(summary, paint),
    [labelled('results', dir)],
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

/** `seeds 1 to 20: 18 passed, 2 failed, 0 inconclusive`, or how many of them were done. */
function seedsLine({ seeds, verdicts, ended }: SeedsSummary): string {
  const { first, planned, done } = seeds;
  const cut = ended === 'interrupted' ? `interrupted, ${done} of ` : '';
  const { pass, fail, inconclusive } = verdicts;
  return `${cut}seeds ${first} to ${first + planned - 1}: ${pass} passed, ${fail} failed, ${inconclusive} inconclusive`;
}
