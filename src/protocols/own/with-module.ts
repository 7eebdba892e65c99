import type { Protocol } from '../../core/protocol/specs.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { loadOwnModule } from './own-module.ts';

/** The protocol module of a scenario that has not been loaded yet; null: there is none. */
function unloadedModule({ target }: Scenario): string | null {
  if (target.kind !== 'url' || target.protocol.kind !== 'module') return null;
  return target.protocol.shape === undefined ? target.protocol.file : null;
}

/**
 * The scenario with what its protocol module says of its shape, for which the module's code runs in this process.
 *
 * @throws {ProtocolFailed} for a module that cannot be loaded or is none of the contract
 */
export function withModule(scenario: Scenario): Scenario {
  const file = unloadedModule(scenario);
  const { target } = scenario;
  if (file === null || target.kind !== 'url' || target.protocol.kind !== 'module') return scenario;
  const protocol: Protocol = { ...target.protocol, shape: loadOwnModule(file).shape };
  return { ...scenario, target: { ...target, protocol } };
}
