import type { Environment } from '../core/template/environment.ts';
import { asIs, inJson } from '../core/template/template.ts';
import { isJsonTemplate } from '../protocols/json-frame.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { mapTemplates } from '../scenario/templates.ts';

/** Puts the environment's values into the frames of a scenario's protocol, escaped within JSON. */
export function bindProtocol(scenario: Scenario, environment: Environment): Scenario {
  const { target } = scenario;
  if (target.kind !== 'url') return scenario;
  const protocol = mapTemplates(target.protocol, `target.protocol.${target.protocol.kind}`, (template, path) =>
    environment.bind(template, path, isJsonTemplate(template) ? inJson : asIs),
  );
  return { ...scenario, target: { ...target, protocol } };
}
