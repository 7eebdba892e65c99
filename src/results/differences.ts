import { leavesOf } from '../scenario/leaves.ts';
import { printed } from '../scenario/resolved-yaml.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Values of fields by path (`clients.count`), in scenario syntax. */
export type Fields = Readonly<Record<string, string>>;

/** Maximum number of differences named one by one. */
const NAMED_MAX = 5;

/**
 * The fields that decide how a scenario runs: all but seed, thresholds, expectation and description. The name is
 * included.
 */
export function fieldsOf(scenario: Scenario): Fields {
  const { seed: _, thresholds: __, expect: ___, description: ____, ...rest } = printed(scenario);
  return Object.fromEntries(Array.from(leavesOf(rest), ([path, value]) => [path, JSON.stringify(value)]));
}

/** Every field in which two differ, in words: `clients.count is 500, not 2000`. */
export function differences(here: Fields, there: Fields): readonly string[] {
  const paths = [...new Set([...Object.keys(here), ...Object.keys(there)])];
  return paths
    .filter((path) => here[path] !== there[path])
    .map((path) => {
      const [is, was] = [here[path], there[path]];
      if (is === undefined) return `${path} is missing, there it is ${was}`;
      return was === undefined ? `${path} is ${is}, there it is missing` : `${path} is ${is}, not ${was}`;
    });
}

/** The first few differences and the number of the rest. */
export function listed(all: readonly string[]): string {
  const more = all.length - NAMED_MAX;
  return [...all.slice(0, NAMED_MAX), ...(more > 0 ? [`and ${more} more differences`] : [])].join('; ');
}
