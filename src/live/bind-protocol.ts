import type { Environment } from '../core/template/environment.ts';
import { asIs, inJson } from '../core/template/template.ts';
import { isJsonTemplate } from '../protocols/json-frame.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { mapTemplates } from '../scenario/templates.ts';

/** Puts the environment's values into the frames of a scenario's protocol, escaped within JSON. */
export function bindProtocol(scenario: Scenario, environment: Environment): Scenario {
  const { target } = scenario;
  if (target.kind !== 'url') return scenario;
  const { protocol } = target;
  const bound = mapTemplates(protocol, `target.protocol.${protocol.kind}`, (template, path) =>
    // Of the protocols only json may have frames that are no JSON.
    environment.bind(template, path, protocol.kind === 'json' && !isJsonTemplate(template) ? asIs : inJson),
  );
  return { ...scenario, target: { ...target, protocol: bound } };
}
