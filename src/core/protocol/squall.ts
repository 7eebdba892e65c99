import { object } from '../codec/object.ts';
import { USUAL_ENDS } from './server-ends.ts';
import { NO_KEEP_ALIVE } from './shape.ts';
import type { ProtocolSpec } from './spec.ts';

/** The protocol of squall's own gateway, embedded or started by `squall serve`. */
export interface SquallProtocol {
  readonly kind: 'squall';
}

export const squall = {
  summary: "the protocol of squall's own gateway",
  fields: object({}),
  shape: ({ kind }: SquallProtocol, { carrier }) => ({
    name: kind,
    handshake: carrier === 'message' ? 'client-first' : 'none',
    joins: 0,
    keepAlive: NO_KEEP_ALIVE,
    acknowledges: true,
    renewsInBand: true,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0,
    ends: USUAL_ENDS,
    closeRules: [],
  }),
} satisfies ProtocolSpec<SquallProtocol>;
