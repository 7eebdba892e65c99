import { type Protocol, shapeOf } from '../core/protocol/specs.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import type { ProtocolUse } from '../core/protocol/spec.ts';
import type { Scenario, WrittenScenario } from './scenario.ts';

type Parts = Pick<WrittenScenario, 'target' | 'tokens' | 'clients'>;

/** The protocol of a scenario; the embedded target speaks squall's own. */
export function protocolOf({ target }: Pick<Scenario, 'target'>): Protocol {
  return target.kind === 'url' ? target.protocol : { kind: 'squall' };
}

/** What a scenario asks of its protocol. */
export function useOf({ tokens, clients }: Pick<Parts, 'tokens' | 'clients'>): ProtocolUse {
  return {
    carrier: tokens.carrier.kind,
    renewal: tokens.renewal,
    commands: clients.commands !== null,
    heartbeat: clients.heartbeat !== null,
  };
}

/** Requests to another service in every attempt: a ticket of the token source, then those of the protocol. */
export function requestsBeforeDial(scenario: Parts): number {
  return (usesTickets(scenario) ? 1 : 0) + protocolShape(scenario).requestsBeforeDial;
}

/** Whether clients ask for a ticket before each dial, which they present in place of the token. */
export function usesTickets({ tokens: { source } }: Pick<Parts, 'tokens'>): boolean {
  return source.endpoint !== null && source.endpoint.ticket !== null;
}

/** The shape of a scenario's protocol, which both worlds carry out. */
export function protocolShape(scenario: Parts): ProtocolShape {
  return shapeOf(protocolOf(scenario), useOf(scenario));
}
