import { stringify } from 'yaml';
import { isMapping } from '../core/codec/object.ts';
import type { WrittenScenario } from './scenario.ts';
import { scenarioCodec } from './schema/scenario-schema.ts';

/** A scenario spelled as in a file, everything written out. What it returns reads back as an equal scenario. */
export function printed(scenario: WrittenScenario): Readonly<Record<string, unknown>> {
  const keys = scenarioCodec.print(scenario);
  return isMapping(keys) ? keys : {};
}

/**
 * The scenario as YAML with nothing left to a default: seed, units, and presets spelled out. It can be run again, with
 * this or a later squall, and reads back as an equal scenario.
 */
export function resolvedYaml(scenario: WrittenScenario): string {
  return stringify(printed(scenario), { lineWidth: 0, aliasDuplicateObjects: false, version: '1.2' });
}
