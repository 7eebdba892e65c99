import type { Fault } from '../core/fault/fault.ts';
import type { RefreshMode } from '../core/fault/refresh.ts';
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

/**
 * May anything happen between a handshake's arrival at a gateway and its turn? Where nothing may, its outcome is known
 * as it arrives, which saves an event.
 */
export function handshakesMeetSurprises({ faults }: Scenario): boolean {
  return faults.some((fault) =>
    fault.kind === 'clock'
      ? fault.of === 'gateway'
      : fault.kind === 'handshake' || fault.kind === 'session' || fault.kind === 'keys' || fault.kind === 'gateway',
  );
}

/** The same of a token request and its turn at the token service. */
export function requestsMeetSurprises({ faults, target }: Scenario): boolean {
  const strict = target.kind === 'embedded' && target.reuseDetection === 'strict';
  return strict || faults.some(surprisesRequests);
}

/** May a token be anything but a good one of the client that holds it, signed by the first key and with all rights? */
export function tokensDiffer({ faults }: Scenario): boolean {
  return faults.some(
    (fault) =>
      fault.kind === 'keys' ||
      fault.kind === 'session' ||
      (fault.kind === 'refresh' && fault.mode.kind === 'wrong-subject'),
  );
}

/** May connections be anything but authenticated from their first instant to the last, in all that they ask? */
export function sessionsDiffer(scenario: Scenario): boolean {
  const { onExpiry, badToken } = gatewayBehaviourOf(scenario);
  const byMessage = scenario.tokens.carrier.kind === 'message';
  return byMessage || onExpiry.kind === 'notify' || badToken === 'anonymous' || tokensDiffer(scenario);
}

/** May anything happen to the network between a client and its gateway? */
export function connectionsSuffer({ faults }: Scenario): boolean {
  return faults.some(({ kind }) => kind === 'link');
}

function surprisesRequests(fault: Fault): boolean {
  if (fault.kind === 'refresh') return isServed(fault.mode);
  if (fault.kind === 'clock') return fault.of === 'token-service';
  return fault.kind === 'session' || fault.kind === 'keys';
}

/** Does the token service carry the request out, and the fault spoil only what comes of it? */
export function isServed({ kind }: RefreshMode): boolean {
  return kind === 'slow' || kind === 'lost' || kind === 'malformed' || kind === 'stale' || kind === 'wrong-subject';
}
