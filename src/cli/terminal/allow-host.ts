import type { Consent } from '../../live/network/consent.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** The option `--allow-host`; every verb that addresses a target has it. */
export const ALLOW_HOST_FLAG = {
  type: 'string',
  array: true,
  default: [] as string[],
  describe: 'Allow a target or a Toxiproxy that is not this machine, by its host name (may be repeated)',
} as const;

/** The option `--allow-exec`; every verb that carries out a scenario, in either world, has it. */
export const ALLOW_EXEC_FLAG = {
  type: 'boolean',
  default: false,
  describe: 'Let exec faults of the scenario, and a protocol module of its own, run code on this machine',
} as const;

/** The options of every verb that carries faults out on real sockets. */
export const CONSENT_FLAGS = {
  'allow-host': ALLOW_HOST_FLAG,
  'allow-exec': ALLOW_EXEC_FLAG,
} as const;

/** The consent that these options give to the faults of a scenario. */
export function consentOf({ allowExec, allowHost }: { allowExec: boolean; allowHost: readonly string[] }): Consent {
  return { exec: allowExec, hosts: allowHost };
}

/** The scenario with these hosts added to its own `target.allow`. */
export function allowing(scenario: Scenario, hosts: readonly string[]): Scenario {
  if (scenario.target.kind !== 'url' || hosts.length === 0) return scenario;
  return { ...scenario, target: { ...scenario.target, allow: [...scenario.target.allow, ...hosts] } };
}
