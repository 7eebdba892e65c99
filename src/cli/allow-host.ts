import type { Scenario } from '../scenario/scenario.ts';

/** The option `--allow-host`, of every verb that addresses a target. */
export const ALLOW_HOST_FLAG = {
  type: 'string',
  array: true,
  default: [] as string[],
  describe: 'Allow a target that is not this machine, by its host name (may be repeated)',
} as const;

/** The scenario with these hosts beside those that it allows itself. */
export function allowing(scenario: Scenario, hosts: readonly string[]): Scenario {
  if (scenario.target.kind !== 'url' || hosts.length === 0) return scenario;
  return { ...scenario, target: { ...scenario.target, allow: [...scenario.target.allow, ...hosts] } };
}
