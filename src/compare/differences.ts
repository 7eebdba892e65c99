import { printed } from '../scenario/printed.ts';
import { showTyped } from '../scenario/problem.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Varied } from '../results/seeds-plan.ts';

/** What stands where a scenario lacks what another has. */
const ABSENT = 'absent';

/** What one run and the next of a setting differ in, or what says nothing about how it behaves. */
const ASIDE: ReadonlySet<string> = new Set(['seed', 'name', 'description', 'expect']);

/** A scenario as a text that is the same for all runs of one setting. */
export function settingKey(scenario: Scenario): string {
  return JSON.stringify([...leavesOf(scenario)]);
}

/**
 * What tells scenarios from one another: by scenario, the fields in which not all are equal, with its values there, as
 * `--set` takes them; secrets in a URL are not shown.
 */
export function differences(scenarios: readonly Scenario[]): readonly (readonly Varied[])[] {
  const leaves = scenarios.map(leavesOf);
  const paths = [...new Set(leaves.flatMap((each) => [...each.keys()]))];
  const differing = paths.filter((path) => new Set(leaves.map((each) => each.get(path))).size > 1);
  return leaves.map((each) => differing.map((path) => ({ path, value: showTyped(each.get(path) ?? ABSENT) })));
}

function leavesOf(scenario: Scenario): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return void leaves.set(path, String(value));
    const parts = Object.entries(value);
    if (parts.length === 0) leaves.set(path, Array.isArray(value) ? '[]' : '{}');
    for (const [key, part] of parts) visit(part, `${path}.${key}`);
  };
  for (const [key, part] of Object.entries(printed(scenario))) if (!ASIDE.has(key)) visit(part, key);
  return leaves;
}
