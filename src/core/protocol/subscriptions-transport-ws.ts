import type { ValueOf } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { duration } from '../codec/scalars.ts';
import { graphqlChecks, graphqlKeys } from './graphql-keys.ts';
import { NETWORK } from '../signal.ts';
import type { ServerEnds, SessionEnd } from './server-ends.ts';
import type { ProtocolSpec } from './spec.ts';

/** Silence after a `ka` after which subscriptions-transport-ws 0.11.0 gives a connection up (`timeout`), ms. */
export const KEEP_ALIVE_SILENCE_MS = 30_000;

const fields = object({
  ...graphqlKeys,
  keepAlive: duration({ zero: false, maxMs: KEEP_ALIVE_SILENCE_MS })
    .orNull()
    .as('keepAliveMs')
    .describe(
      'how often the server sends `ka`, as its option keepAlive has it; default: never, and clients watch for none',
    ),
});

/** A scenario's use of the subprotocol `graphql-ws` of subscriptions-transport-ws, which `graphql-transport-ws` replaced. */
export interface SubscriptionsTransportWsProtocol extends ValueOf<typeof fields> {
  readonly kind: 'subscriptions-transport-ws';
}

/** A `connection_error` refuses a token; the protocol has no word for one that expires, so the server closes. */
const REFUSED: SessionEnd = { signal: NETWORK.authRefused, advice: null };
const ENDS: ServerEnds = { refusal: REFUSED, renewalRefusal: REFUSED, expiry: null };

export const subscriptionsTransportWs = {
  summary:
    'GraphQL over WebSocket by the older subprotocol graphql-ws, as of the npm package subscriptions-transport-ws',
  fields,
  shape: ({ kind, subscribe, keepAliveMs }: SubscriptionsTransportWsProtocol) => ({
    name: kind,
    handshake: 'client-first' as const,
    joins: subscribe?.ready === 'result' ? 1 : 0,
    keepAlive: {
      client: null,
      server: keepAliveMs === null ? null : { everyMs: keepAliveMs, timeoutMs: KEEP_ALIVE_SILENCE_MS - keepAliveMs },
    },
    acknowledges: true,
    renewsInBand: false,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0 as const,
    ends: ENDS,
    // The library connects again after any close.
    closeRules: [],
  }),
  checks: (protocol, use, at) => graphqlChecks(protocol, use, at),
} satisfies ProtocolSpec<SubscriptionsTransportWsProtocol>;
