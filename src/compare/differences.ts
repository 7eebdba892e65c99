import { leavesOf } from '../scenario/leaves.ts';
import { printed } from '../scenario/resolved-yaml.ts';
import { showTyped } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Varied } from '../results/seeds-plan.ts';

/** The value of a field that a scenario lacks and another has. */
export const ABSENT = 'absent';

/** Fields that do not affect behaviour, or differ between runs of one setting. */
const IGNORED: ReadonlySet<string> = new Set(['seed', 'name', 'description', 'expect']);

/** A text that is the same for the scenarios of all runs of one setting. */
export function settingKey(scenario: Scenario): string {
  return JSON.stringify([...fieldsOf(scenario)]);
}

/**
 * The fields in which scenarios differ, with the values of each scenario, spelled as `--set` takes them; secrets in a URL
 * are not shown.
 */
export function differences(scenarios: readonly Scenario[]): readonly (readonly Varied[])[] {
  const leaves = scenarios.map(fieldsOf);
  const paths = [...new Set(leaves.flatMap((each) => [...each.keys()]))];
  const differing = paths.filter((path) => new Set(leaves.map((each) => each.get(path))).size > 1);
  return leaves.map((each) =>
    differing
      .filter((path) => isShown(path, each, differing))
      .map((path) => ({ path, value: showTyped(each.get(path) ?? ABSENT) })),
  );
}

const PRESET = '.preset';

/**
 * Whether a path is shown for this scenario. A preset is shown by its name alone; a value that is spelled out, while
 * other scenarios have a preset, is shown by its own fields.
 */
function isShown(path: string, each: ReadonlyMap<string, string>, differing: readonly string[]): boolean {
  const preset = differing.find(
    (other) => other.endsWith(PRESET) && path.startsWith(other.slice(0, 1 - PRESET.length)),
  );
  if (preset === undefined) return true;
  return each.has(preset) ? path === preset : each.has(path);
}

function fieldsOf(scenario: Scenario): ReadonlyMap<string, string> {
  const fields = Object.entries(printed(scenario)).filter(([key]) => !IGNORED.has(key));
  return new Map(Array.from(leavesOf(Object.fromEntries(fields)), ([path, value]) => [path, textOf(value)]));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
