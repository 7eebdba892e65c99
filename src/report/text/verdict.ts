import { hasEndedRun } from '../../metrics/run.ts';
import type { Summary } from '../../results/summary.ts';
import type { Expectation } from '../../scenario/scenario.ts';
import { clean } from '../clean.ts';
import { timeText } from '../format.ts';
import { otherReasons } from '../reasons.ts';
import { measuredText, thresholdOutcome } from '../threshold-words.ts';
import { wrap } from '../wrap.ts';
import type { Paint } from './paint.ts';
import { COLUMNS } from './columns.ts';

export const VERDICT_STYLE = { pass: 'good', fail: 'bad', inconclusive: 'doubt' } as const;

const OUTCOMES = {
  passed: ['good', 'passed '],
  failed: ['bad', 'FAILED '],
  'no data': ['doubt', 'no data'],
  open: ['doubt', 'open   '],
} as const;
const OUTCOME_COLUMNS = 2 + 'no data'.length + 2;

const EXPRESSION_COLUMNS_MAX = 40;
const DESCRIPTION_CHARS = 400;
const EXPECTATION_CHARS = 400;
const NOTE_CHARS = 1000;
const MEASURED_CHARS = 400;

/** Phrases for how a run ended, to follow the word `it`. */
const ENDINGS: Readonly<Record<Summary['ended'], string>> = {
  completed: 'ran to its end',
  interrupted: 'was interrupted',
  aborted: 'was ended by a threshold',
  'cut-off': 'was cut off (squall was killed, or its disk failed)',
};

/** A phrase for how a run ended, to follow the word `it`. */
export function endingText({ ended, integrity }: Pick<Summary, 'ended' | 'integrity'>): string {
  return ended === 'aborted' && hasEndedRun(integrity) ? 'was ended before its time' : ENDINGS[ended];
}

/** The verdict on one line: the first and the last line of a report, since a long report scrolls off a terminal. */
export function verdictLine({ verdict, scenario }: Summary, paint: Paint): string {
  return `${paint(VERDICT_STYLE[verdict], verdict.toUpperCase())}  ${paint('title', clean(scenario))}`;
}

/** The verdict with its notes, reasons, and the value of each threshold. */
export function verdictLines(summary: Summary, paint: Paint): readonly string[] {
  const { scenarioDescription, durationMs, seed, thresholds, notes } = summary;
  const reasons = otherReasons(summary);
  const columns = Math.min(
    EXPRESSION_COLUMNS_MAX,
    Math.max(0, ...thresholds.map(({ expression }) => expression.length)),
  );
  const begun = summary.world === 'sim' ? 'in virtual time' : clean(summary.startedAt);
  return [
    verdictLine(summary, paint),
    ...notes
      .flatMap((note) => wrap(`note: ${clean(note, NOTE_CHARS)}`, COLUMNS, '  '))
      .map((line) => paint('doubt', line)),
    ...(scenarioDescription === '' ? [] : wrap(clean(scenarioDescription, DESCRIPTION_CHARS), COLUMNS)),
    paint('quiet', `${begun}, seed ${seed}; it ${endingText(summary)} after ${timeText(durationMs)}`),
    ...(reasons.length > 0 ? [''] : []),
    ...reasons.flatMap((reason) => wrap(`- ${clean(reason)}`, COLUMNS, '  ')),
    ...(thresholds.length > 0 ? [''] : []),
    ...thresholds.flatMap((threshold) => thresholdLines(threshold, columns, paint)),
    ...expectationLines(summary, paint),
  ];
}

/** Whether the expected verdict was met; empty when the scenario states none or the run ended early. */
function expectationLines({ expectation }: Summary, paint: Paint): readonly string[] {
  if (expectation === null || expectation.met === null) return [];
  if (expectation.met) return [paint('good', 'as expected')];
  return wrap(`not as expected: ${clean(expectationText(expectation), EXPECTATION_CHARS)}`, COLUMNS, '  ').map((line) =>
    paint('bad', line),
  );
}

/** An expectation in words: `fail because of ready >= 99%`. */
export function expectationText({ verdict, because }: Pick<Expectation, 'verdict' | 'because'>): string {
  return `${verdict}${because.length === 0 ? '' : ` because of ${because.join(', ')}`}`;
}

function thresholdLines(threshold: Summary['thresholds'][number], columns: number, paint: Paint): readonly string[] {
  const [style, word] = OUTCOMES[thresholdOutcome(threshold)];
  const measured = clean(measuredText(threshold), MEASURED_CHARS);
  const rest = wrap(
    `${clean(threshold.expression, columns).padEnd(columns)}  ${measured}`,
    COLUMNS - OUTCOME_COLUMNS,
    '  ',
  );
  return rest.map((line, index) =>
    index === 0 ? `  ${paint(style, word)}  ${line}` : `${' '.repeat(OUTCOME_COLUMNS)}${line}`,
  );
}
