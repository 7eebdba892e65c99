import { object } from '../codec/object.ts';
import type { ConditionalContradiction } from '../fault/spec.ts';
import { USUAL_ENDS } from './server-ends.ts';
import { NO_KEEP_ALIVE } from './shape.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';

/** No protocol: an open connection is ready, and nothing can be sent on it. */
export interface NoProtocol {
  readonly kind: 'none';
}

export const none = {
  summary: 'an open connection is ready, and nothing can be sent on it',
  fields: object({}),
  shape: ({ kind }: NoProtocol) => ({
    name: kind,
    handshake: 'none',
    joins: 0,
    keepAlive: NO_KEEP_ALIVE,
    acknowledges: false,
    renewsInBand: false,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0,
    ends: USUAL_ENDS,
    closeRules: [],
  }),
  checks: (_, use, at) => lacks(use, at),
} satisfies ProtocolSpec<NoProtocol>;

function lacks({ carrier, renewal, commands }: ProtocolUse, at: string): readonly ConditionalContradiction[] {
  const fix = 'set target.protocol, such as { json: … } or squall';
  const presents = 'no frame takes the token to the gateway';
  return [
    { holds: carrier === 'message', at, against: 'tokens.carrier', what: presents, fix },
    { holds: carrier !== 'message' && renewal === 'in-band', at, against: 'tokens.renewal', what: presents, fix },
    { holds: commands, at, against: 'clients.commands', what: 'no frame takes a command to the gateway', fix },
  ];
}
