import { object } from '../codec/object.ts';
import { graphqlChecks, type GraphqlKeys, graphqlKeys } from './graphql-keys.ts';
import type { ServerEnds, SessionEnd } from './server-ends.ts';
import type { ProtocolSpec } from './spec.ts';

/** A scenario's use of the subprotocol `graphql-transport-ws`. */
export interface GraphqlTransportWsProtocol extends GraphqlKeys {
  readonly kind: 'graphql-transport-ws';
}

/**
 * Close codes of graphql-ws 6.4.2, dist/client.js, `shouldRetryConnectOrThrow`: final are 1xxx except 1000, 1001, 1005,
 * 1006, 1012, 1013 and 1014, and errors of the protocol. 4403 is tried again; the library's documented recipe for tokens
 * that expire takes another token first.
 */
const CLOSE_RULES = [
  { from: 4403, to: 4403, action: 'refresh' as const },
  { from: 1002, to: 1004, action: 'stop' as const },
  { from: 1007, to: 1011, action: 'stop' as const },
  { from: 1015, to: 1999, action: 'stop' as const },
  { from: 4004, to: 4005, action: 'stop' as const },
  { from: 4400, to: 4401, action: 'stop' as const },
  { from: 4406, to: 4406, action: 'stop' as const },
  { from: 4409, to: 4409, action: 'stop' as const },
  { from: 4429, to: 4429, action: 'stop' as const },
  { from: 4500, to: 4500, action: 'stop' as const },
];

/** The server of graphql-ws closes with 4403 where `onConnect` returns false; applications do so when a token expires. */
const FORBIDDEN: SessionEnd = { signal: 4403, advice: null };
const ENDS: ServerEnds = { refusal: FORBIDDEN, renewalRefusal: FORBIDDEN, expiry: FORBIDDEN };

export const graphqlTransportWs = {
  summary: 'GraphQL over WebSocket by the subprotocol graphql-transport-ws, as of the npm package graphql-ws',
  fields: object(graphqlKeys),
  shape: ({ kind, subscribe }: GraphqlTransportWsProtocol) => ({
    name: kind,
    handshake: 'client-first' as const,
    joins: subscribe?.ready === 'result' ? 1 : 0,
    // The library's `keepAlive` is off by default; clients.heartbeat has its pings.
    keepAlive: { client: null, server: null },
    acknowledges: true,
    renewsInBand: false,
    requestsBeforeDial: 0,
    requestsBeforeJoin: 0 as const,
    ends: ENDS,
    closeRules: CLOSE_RULES,
  }),
  checks: (protocol, use, at) => graphqlChecks(protocol, use, at),
} satisfies ProtocolSpec<GraphqlTransportWsProtocol>;
