import type { SeedsSummary, SettingSummary } from '../../results/seeds-summary.ts';
import { clean } from '../clean.ts';
import { COLUMNS, labelled } from './columns.ts';
import { figureLines } from './figures.ts';
import { painter } from './paint.ts';
import { settingSections } from './settings.ts';
import { tallyLines } from './tallies.ts';
import { VERDICT_STYLE } from './verdict.ts';
import { wrap } from '../wrap.ts';

interface SeedsReport {
  readonly summary: SeedsSummary;
  /** the results folder */
  readonly dir: string;
  readonly colour: boolean;
}

/** The text report of many seeds, 80 columns wide: verdicts, thresholds, and spread of the figures. */
export function seedsReport({ summary, dir, colour }: SeedsReport): string {
  const { verdict, scenario, scenarioDescription, settings } = summary;
  const paint = painter(colour);
  const only = settings.length === 1 && settings[0]?.varied.length === 0 ? settings[0] : null;
  const head = [
    `${paint(VERDICT_STYLE[verdict], verdict.toUpperCase())}  ${paint('title', clean(scenario))}`,
    ...(scenarioDescription === '' ? [] : wrap(clean(scenarioDescription, COLUMNS * 5), COLUMNS)),
    ...wrap(seedsLine(summary), COLUMNS, '  ').map((line) => paint('quiet', line)),
    ...(only === null ? [] : offenderLines(only)),
  ];
  const sections = [
    head,
    ...(only === null
      ? settingSections(summary, paint)
      : [tallyLines(only.thresholds, paint), figureLines(only, paint)]),
    [labelled('results', dir)],
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function offenderLines({ verdicts, offenders }: SettingSummary): readonly string[] {
  const notPassed = verdicts.fail + verdicts.inconclusive;
  if (notPassed === 0) return [];
  const more = notPassed > offenders.length ? `, and ${notPassed - offenders.length} more` : '';
  const listed = offenders.map((each) => `${each.seed}${each.verdict === 'fail' ? '' : ' (inconclusive)'}`).join(', ');
  return wrap(`did not pass: seeds ${listed}${more}`, COLUMNS, '  ');
}

const EARLY = { interrupted: 'interrupted, ', 'cut-off': 'cut off (squall was killed), ' } as const;

/**
 * The totals on one line: `seeds 1 to 20: 18 passed, 2 failed, 0 inconclusive`; an interrupted run also shows the seeds
 * done.
 */
export function seedsLine({ seeds, runs, settings, verdicts, ended }: SeedsSummary): string {
  const { first, planned } = seeds;
  const early = ended === 'completed' ? '' : `${EARLY[ended]}${runs.done} of `;
  const range = planned === 1 ? `seed ${first}` : `seeds ${first} to ${first + planned - 1}`;
  const all = settings.length === 1 ? range : `${runs.planned} simulations, ${settings.length} settings with ${range}`;
  const { pass, fail, inconclusive } = verdicts;
  return `${early}${all}: ${pass} passed, ${fail} failed, ${inconclusive} inconclusive`;
}
