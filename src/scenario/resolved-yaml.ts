import { stringify } from 'yaml';
import { printed } from './printed.ts';
import type { Scenario } from './scenario.ts';

/**
 * The scenario as YAML with nothing left to a default: seed, units, and presets spelled out. It can be run again, with
 * this or a later squall, and reads back as an equal scenario.
 */
export function resolvedYaml(scenario: Scenario): string {
  return stringify(printed(scenario), { lineWidth: 0, aliasDuplicateObjects: false, version: '1.2' });
}
