import type { Touch } from '../core/fault/spec.ts';
import { specOf } from '../core/fault/specs.ts';
import type { EmbeddedTarget, Scenario } from '../scenario/scenario.ts';

/** How the modelled target treats its clients. */
export type GatewayBehaviour = Pick<
  EmbeddedTarget,
  | 'onExpiry'
  | 'idempotent'
  | 'ackDelayMs'
  | 'revocation'
  | 'authorization'
  | 'reauthentication'
  | 'beforeAuth'
  | 'badToken'
  | 'closes'
  | 'reuseDetection'
>;

/** What a foreign target is taken to do. */
const FOREIGN: GatewayBehaviour = {
  onExpiry: { kind: 'close' },
  idempotent: true,
  ackDelayMs: 0,
  revocation: { kind: 'push' },
  authorization: 'command',
  reauthentication: 'replaces',
  beforeAuth: 'refused',
  badToken: 'refused',
  closes: 'guided',
  reuseDetection: 'grace',
};

export function gatewayBehaviourOf({ target }: Scenario): GatewayBehaviour {
  return target.kind === 'embedded' ? target : FOREIGN;
}

/** May any of the faults change this? */
export function mayChange(what: Touch, { faults }: Scenario): boolean {
  return faults.some((fault) => specOf(fault.kind).touches(fault).includes(what));
}

/** May anything happen between a token request's arrival at the token service and its turn? */
export function requestsMeetSurprises(scenario: Scenario): boolean {
  const { target } = scenario;
  const strict = target.kind === 'embedded' && target.reuseDetection === 'strict';
  return strict || mayChange('token-requests', scenario);
}

/** May connections be anything but authenticated from their first instant to the last, in all that they ask? */
export function sessionsDiffer(scenario: Scenario): boolean {
  const { onExpiry, badToken } = gatewayBehaviourOf(scenario);
  const byMessage = scenario.tokens.carrier.kind === 'message';
  return byMessage || onExpiry.kind === 'notify' || badToken === 'anonymous' || mayChange('tokens', scenario);
}
