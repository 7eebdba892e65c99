import type { ProtocolKind } from '../../core/protocol/specs.ts';
import type { Environment } from '../../core/template/environment.ts';
import { asIs, inJson } from '../../core/template/template.ts';
import { isJsonTemplate } from '../../protocols/json-frame.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { mapTemplates } from '../../scenario/templates.ts';

/** Protocols with templates that are no JSON, nor stand within it. */
const TEXT_KINDS: ReadonlySet<ProtocolKind> = new Set<ProtocolKind>(['json', 'mqtt', 'nats']);

/** Puts the environment's values into the frames of a scenario's protocol, escaped within JSON. */
export function bindProtocol(scenario: Scenario, environment: Environment): Scenario {
  const { target } = scenario;
  if (target.kind !== 'url') return scenario;
  const { protocol } = target;
  const bound = mapTemplates(protocol, `target.protocol.${protocol.kind}`, (template, path) =>
    environment.bind(template, path, TEXT_KINDS.has(protocol.kind) && !isJsonTemplate(template) ? asIs : inJson),
  );
  return { ...scenario, target: { ...target, protocol: bound } };
}
