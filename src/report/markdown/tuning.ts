import type { Tuning } from '../../compare/tuning.ts';
import { confirmationText, islandsText, tradeOffColumns, tuningAnswer, tuningDesign } from '../tuning-words.ts';
import { ANSWER_CHARS, code, document, MARKS, table } from './text.ts';

/** Not a pass while a live run does not bear it out. */
function markOf({ found, live, tried }: Tuning): string {
  if (found === null) return tried.some(({ undecided }) => undecided.length > 0) ? MARKS.inconclusive : MARKS.fail;
  const run = live.find(({ value }) => value === found);
  return run === undefined || run.verdict === null || run.verdict === 'pass' ? MARKS.pass : MARKS.inconclusive;
}

/** What tuning came to, for a pull request: the value, its live runs, and the trade-off. */
export function markdownTuning(tuning: Tuning): string {
  const { scenario, found, tried, live } = tuning;
  const shown = tradeOffColumns(tuning);
  const islands = islandsText(tuning);
  return document([
    [`### ${markOf(tuning)} squall: tuning – ${code(scenario)}`],
    [code(tuningDesign(tuning))],
    [`**${code(tuningAnswer(tuning), ANSWER_CHARS)}**`],
    islands === null ? [] : [`${MARKS.inconclusive} ${code(islands)}`],
    live.map((each) => {
      return `- ${each.verdict === each.expected ? MARKS.pass : MARKS.inconclusive} ${code(confirmationText(each))}`;
    }),
    table(
      ['', 'value', 'passed', ...shown.map(({ label }) => label)],
      tried.map((each) => [
        each.meets ? MARKS.pass : MARKS.fail,
        each.value === found ? `**${code(each.value)}**` : code(each.value),
        `${each.runs.passed} of ${each.runs.done}`,
        ...shown.map(({ cell }) => cell(each)),
      ]),
    ),
  ]);
}
