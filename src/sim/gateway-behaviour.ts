import type { Touch } from '../core/fault/spec.ts';
import { specOf } from '../core/fault/specs.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type TargetBehaviour, USUAL_BEHAVIOUR } from '../scenario/schema/target.ts';

export function gatewayBehaviourOf({ target }: Scenario): TargetBehaviour {
  return target.kind === 'embedded' ? target : USUAL_BEHAVIOUR;
}

/** Returns whether any fault of the scenario may change `what`. */
export function mayChange(what: Touch, { faults }: Scenario): boolean {
  return faults.some((fault) => specOf(fault.kind).touches(fault).includes(what));
}

/** Returns whether anything may happen between a token request's arrival at the token service and its turn. */
export function requestsMeetSurprises(scenario: Scenario): boolean {
  const { target } = scenario;
  const strict = target.kind === 'embedded' && target.reuseDetection === 'strict';
  return strict || mayChange('token-requests', scenario);
}

/** Returns whether sessions may be anything but authenticated with full rights from beginning to end. */
export function sessionsDiffer(scenario: Scenario): boolean {
  const { onExpiry, badToken } = gatewayBehaviourOf(scenario);
  const byMessage = scenario.tokens.carrier.kind === 'message';
  return byMessage || onExpiry.kind === 'notify' || badToken === 'anonymous' || mayChange('tokens', scenario);
}
