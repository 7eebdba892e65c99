/**
 * The bench: `npm run bench` prints costs as ratios to a counterpart measured in the same run, since ratios are comparable
 * between machines. It exits with 1 when a figure is over its limit, and with 2 for bad arguments.
 *
 *     --quick         goes through everything in a short time, only to check that it works
 *     --only NAMES    only these cases, separated by commas
 *     --against REF   the same cases of another commit as well, in turns with these, and what a figure costs now against then
 *     --json          one line of JSON for each figure, in place of the table
 */
import { parseArgs } from 'node:util';
import { print } from '../cli/terminal/output.ts';
import { againstCommit, type TwoCommits } from './against.ts';
import { isOver, type BenchCase, type Effort, type Figure } from './bench-case.ts';
import { CASES } from './cases.ts';
import { figure, ratioText, table } from './table.ts';

const FULL: Effort = { crowd: { clients: 4000, rounds: 2 }, length: { operations: 300_000, rounds: 3 } };
const QUICK: Effort = { crowd: { clients: 1000, rounds: 1 }, length: { operations: 10_000, rounds: 1 } };

try {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string' },
      against: { type: 'string' },
    },
  });
  const cases = chosen(values.only);
  if (values.against === undefined) process.exitCode = await runCases(cases, values);
  else await comparedWith(values.against, cases, values.quick);
} catch (error) {
  print(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}

/** @throws Error for a name that no case has */
function chosen(names: string | undefined): readonly BenchCase[] {
  if (names === undefined) return CASES;
  const known = CASES.map(({ name }) => name);
  return names.split(',').map((name) => {
    const found = CASES.find((each) => each.name === name);
    if (found === undefined)
      throw new Error(`--only ${name}: no case has that name — write some of ${known.join(', ')}`);
    return found;
  });
}

/** @returns the exit code */
async function runCases(
  cases: readonly BenchCase[],
  { quick, json }: { readonly quick: boolean; readonly json: boolean },
): Promise<number> {
  const figures: Figure[] = [];
  for (const { name, measure } of cases) {
    const measured = await measure(quick ? QUICK : FULL);
    figures.push(...measured);
    if (json) for (const each of measured) print(JSON.stringify({ case: name, ...each }));
  }
  if (!json) print(table([['', 'squall', '', 'counterpart', 'ratio (min - max)', 'limit', ''], ...figures.map(row)]));
  return figures.some(isOver) ? 1 : 0;
}

function row(measured: Figure): string[] {
  const { what, counterpart, cost, limit } = measured;
  const verdict = isOver(measured) ? 'over' : 'ok';
  const bound = limit === undefined ? ['', ''] : [limit.toFixed(2), verdict];
  return [what, figure(cost.a.median), counterpart, figure(cost.b.median), ratioText(cost.ratio), ...bound];
}

async function comparedWith(ref: string, cases: readonly BenchCase[], quick: boolean): Promise<void> {
  const { commit, rows, missing } = await againstCommit(
    ref,
    cases.map(({ name }) => name),
    quick,
  );
  print(table([['', 'now', commit, `now/${commit} (min - max)`], ...rows.map(changeRow)]));
  if (missing.length > 0) print(`\n${commit} does not have: ${missing.join(', ')}`);
}

function changeRow({ what, change }: TwoCommits['rows'][number]): string[] {
  return [what, figure(change.a.median), figure(change.b.median), ratioText(change.ratio)];
}
