import { leavesOf } from '../scenario/leaves.ts';
import { printed } from '../scenario/resolved-yaml.ts';
import { showTyped } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Varied } from '../results/seeds-plan.ts';

/** What stands where a scenario lacks what another has. */
export const ABSENT = 'absent';

/** What one run and the next of a setting differ in, or what says nothing about how it behaves. */
const ASIDE: ReadonlySet<string> = new Set(['seed', 'name', 'description', 'expect']);

/** A scenario as a text that is the same for all runs of one setting. */
export function settingKey(scenario: Scenario): string {
  return JSON.stringify([...fieldsOf(scenario)]);
}

/**
 * What tells scenarios from one another: by scenario, the fields in which not all are equal, with its values there, as
 * `--set` takes them; secrets in a URL are not shown.
 */
export function differences(scenarios: readonly Scenario[]): readonly (readonly Varied[])[] {
  const leaves = scenarios.map(fieldsOf);
  const paths = [...new Set(leaves.flatMap((each) => [...each.keys()]))];
  const differing = paths.filter((path) => new Set(leaves.map((each) => each.get(path))).size > 1);
  return leaves.map((each) =>
    differing
      .filter((path) => says(path, each, differing))
      .map((path) => ({ path, value: showTyped(each.get(path) ?? ABSENT) })),
  );
}

const PRESET = '.preset';

/**
 * Whether a path says something of this scenario. What has a preset is told by its name, which says all that stands
 * beside it; what is spelled out beside others that have one, by what it has.
 */
function says(path: string, each: ReadonlyMap<string, string>, differing: readonly string[]): boolean {
  const preset = differing.find(
    (other) => other.endsWith(PRESET) && path.startsWith(other.slice(0, 1 - PRESET.length)),
  );
  if (preset === undefined) return true;
  return each.has(preset) ? path === preset : each.has(path);
}

function fieldsOf(scenario: Scenario): ReadonlyMap<string, string> {
  const told = Object.entries(printed(scenario)).filter(([key]) => !ASIDE.has(key));
  return new Map(Array.from(leavesOf(Object.fromEntries(told)), ([path, value]) => [path, textOf(value)]));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
