import type { Fault } from '../core/fault/fault.ts';
import { CHECKS } from './checks/index.ts';
import { deepFreeze } from './freeze.ts';
import { MAX_FAULTS } from './limits.ts';
import type { Scenario } from './scenario.ts';

/** The scenario with one fault more, at the end of its list, since draws depend on a fault's place. The file's expectation does not apply. */
export function withFault(scenario: Scenario, fault: Fault): Scenario {
  return deepFreeze({ ...scenario, faults: [...scenario.faults, fault], expect: null });
}

/** The reason why this fault cannot be added; null if it can. */
export function whyNotFault(scenario: Scenario, fault: Fault): string | null {
  const place = scenario.faults.length;
  if (place >= MAX_FAULTS) return `a scenario has ${MAX_FAULTS} faults at most`;
  const extended = withFault(scenario, fault);
  const at = new RegExp(`^faults(\\.${place}\\b|$)`);
  const objection = CHECKS.flatMap((check) => check(extended)).find((found) => at.test(found.at));
  return objection?.what ?? null;
}
