import type { ServerEnds } from '../../core/protocol/server-ends.ts';
import type { ProtocolShape } from '../../core/protocol/shape.ts';
import type { ProtocolKind } from '../../core/protocol/specs.ts';
import type { TokenEndpointPlan } from '../../scenario/schema/token-endpoint.ts';
import type { TrialName } from './all-trials.ts';
import type { Each, EachField } from './each.ts';

/** Options of token endpoints. */
export const ENDPOINT_CELLS: Pick<EachField<TokenEndpointPlan>, 'flight' | 'ticket'> = {
  ticket: { none: 'token requests that fail', some: 'tickets before each dial' },
  flight: { client: 'token requests that fail', user: 'devices that share tokens from before the run' },
};

type Amount = Readonly<Record<'none' | 'some', TrialName>>;

/** Protocols, and the parts of their shapes that both worlds carry out. */
export const PROTOCOL_CELLS: { readonly kind: Each<Exclude<ProtocolKind, 'module'>> } & Pick<
  EachField<ProtocolShape>,
  'handshake' | 'acknowledges' | 'renewsInBand'
> &
  EachField<ServerEnds> & {
    readonly joins: Amount;
    readonly requestsBeforeDial: Amount;
    readonly serverPings: Amount;
  } = {
  kind: {
    none: 'connections without a protocol',
    squall: 'token requests that fail',
    json: 'JSON whose server speaks first and pings, with renewal in band',
    'socket.io': 'Socket.IO, whose disconnect of an expired token is final',
    centrifugo: 'Centrifugo with a subscription, renewal in band and final codes',
    'graphql-transport-ws': 'GraphQL, which refuses expired tokens with 4403, and closes with final codes',
    'subscriptions-transport-ws': 'older GraphQL, which refuses expired tokens by a message',
    mqtt: 'MQTT with a subscription, whose server refuses expired tokens',
    nats: 'NATS, whose server says that a token has expired',
    stomp: 'STOMP with heart-beats both ways, whose ERROR says that a token has expired',
    signalr: 'SignalR with a negotiation, whose close at expiry allows to reconnect',
    'web-pubsub': 'Web PubSub, whose service says why it ends a connection',
    phoenix: 'Phoenix channels, whose sockets close when a token expires',
    supabase: 'Supabase channels, which end alone when a token expires',
    pusher: 'Pusher, whose application authorises each channel',
    hocuspocus: 'Hocuspocus, whose server closes the documents of expired tokens',
    'appsync-events': 'AppSync Events, which says that a token has expired',
    actioncable: 'Action Cable, which is welcomed first, and disconnects expired tokens',
  },
  handshake: {
    none: 'tickets before each dial',
    'client-first': 'Centrifugo with a subscription, renewal in band and final codes',
    'server-first': 'JSON whose server speaks first and pings, with renewal in band',
  },
  joins: {
    none: 'JSON whose server refuses a newer token',
    some: 'JSON whose server speaks first and pings, with renewal in band',
  },
  serverPings: {
    none: 'tickets before each dial',
    some: 'JSON whose server speaks first and pings, with renewal in band',
  },
  acknowledges: {
    true: 'tickets before each dial',
    false: 'connections without a protocol',
  },
  renewsInBand: {
    true: 'JSON whose server speaks first and pings, with renewal in band',
    false: 'Socket.IO, whose disconnect of an expired token is final',
  },
  requestsBeforeDial: {
    none: 'tickets before each dial',
    some: 'Socket.IO that begins with polling',
  },
  refusal: {
    none: 'JSON whose server says by a message that a token has expired',
    some: 'JSON whose server refuses an expired token by a message',
  },
  renewalRefusal: {
    none: 'JSON whose server says by a message that a token has expired',
    some: 'JSON whose server refuses a newer token',
  },
  expiry: {
    none: 'JSON whose server refuses a newer token',
    some: 'JSON whose server says by a message that a token has expired',
  },
};

/** Whether the protocol has rules of its own about close codes and other ends. */
export const FINAL_CELLS: Readonly<Record<'true' | 'false', TrialName>> = {
  true: 'Centrifugo with a subscription, renewal in band and final codes',
  false: 'tickets before each dial',
};
