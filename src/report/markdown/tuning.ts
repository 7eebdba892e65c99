import { isOpen, verdictOf, type Tuning } from '../../compare/tuning.ts';
import { confirmationText, islandsText, tradeOffColumns, tuningAnswer, tuningDesign } from '../tuning-words.ts';
import { ANSWER_CHARS, code, document, MARKS, table } from './text.ts';

/** A tuning for a pull request: the value, its live runs, and the trade-off. */
export function markdownTuning(tuning: Tuning): string {
  const { scenario, found, tried, live } = tuning;
  const shown = tradeOffColumns(tuning);
  const islands = islandsText(tuning);
  return document([
    [`### ${MARKS[verdictOf(tuning)]} squall: tuning – ${code(scenario)}`],
    [code(tuningDesign(tuning))],
    [`**${code(tuningAnswer(tuning), ANSWER_CHARS)}**`],
    islands === null ? [] : [`${MARKS.inconclusive} ${code(islands)}`],
    live.map((each) => {
      return `- ${each.verdict === each.expected ? MARKS.pass : MARKS.inconclusive} ${code(confirmationText(each))}`;
    }),
    table(
      ['', 'value', 'passed', ...shown.map(({ label }) => label)],
      tried.map((each) => [
        each.meets ? MARKS.pass : isOpen(each) ? MARKS.inconclusive : MARKS.fail,
        each.value === found ? `**${code(each.value)}**` : code(each.value),
        `${each.runs.passed} of ${each.runs.done}`,
        ...shown.map(({ cell }) => cell(each)),
      ]),
    ),
  ]);
}
