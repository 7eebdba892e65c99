import { stringify } from 'yaml';
import { isMapping } from '../core/codec/object.ts';
import type { WrittenScenario } from './scenario.ts';
import { scenarioCodec } from './schema/scenario-schema.ts';

/** A scenario as the content of a file, with every default. It reads back as an equal scenario. */
export function printed(scenario: WrittenScenario): Readonly<Record<string, unknown>> {
  const keys = scenarioCodec.print(scenario);
  return isMapping(keys) ? keys : {};
}

/**
 * The scenario as YAML with every default, unit and preset written out. This and later versions of squall read it back
 * as an equal scenario.
 */
export function resolvedYaml(scenario: WrittenScenario): string {
  return stringify(printed(scenario), { lineWidth: 0, aliasDuplicateObjects: false, version: '1.2' });
}
