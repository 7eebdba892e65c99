import { oneOf, words } from '../codec/choice.ts';
import type { AnyCodec, Codec } from '../codec/codec.ts';
import { object } from '../codec/object.ts';
import { Rejection } from '../codec/reject.ts';
import { actioncable } from './actioncable.ts';
import { appSyncEvents } from './appsync-events.ts';
import { centrifugo } from './centrifugo.ts';
import { graphqlTransportWs } from './graphql-transport-ws.ts';
import { hocuspocus } from './hocuspocus.ts';
import { json } from './json.ts';
import { module, moduleFile } from './module.ts';
import { mqtt } from './mqtt.ts';
import { nats } from './nats.ts';
import { none } from './none.ts';
import { phoenix } from './phoenix.ts';
import { pusher } from './pusher.ts';
import type { ProtocolShape } from './shape.ts';
import type { ProtocolSpec, ProtocolUse } from './spec.ts';
import { signalr } from './signalr.ts';
import { socketIo } from './socket-io.ts';
import { squall } from './squall.ts';
import { stomp } from './stomp.ts';
import { subscriptionsTransportWs } from './subscriptions-transport-ws.ts';
import { webPubSub } from './web-pubsub.ts';
import { supabase } from './supabase.ts';

/** Every protocol, in the order of messages. A new one is a line here, a file beside this one, and its bytes in `protocols/`. */
const SPECS = {
  none,
  squall,
  json,
  'socket.io': socketIo,
  centrifugo,
  'graphql-transport-ws': graphqlTransportWs,
  'subscriptions-transport-ws': subscriptionsTransportWs,
  mqtt,
  nats,
  stomp,
  signalr,
  'web-pubsub': webPubSub,
  phoenix,
  supabase,
  actioncable,
  pusher,
  hocuspocus,
  'appsync-events': appSyncEvents,
  module,
};

type Specs = typeof SPECS;

export type ProtocolKind = keyof Specs;

type ProtocolByKind = { readonly [Kind in ProtocolKind]: Parameters<Specs[Kind]['shape']>[0] };

export type ProtocolOf<Kind extends ProtocolKind> = ProtocolByKind[Kind];

/** How frames are written and read, as a scenario chooses it. */
export type Protocol = ProtocolOf<ProtocolKind>;

const KINDS = Object.keys(SPECS) as readonly ProtocolKind[];

export function protocolSpec(kind: ProtocolKind): ProtocolSpec<Protocol> {
  return SPECS[kind];
}

/** The shape of a protocol in a scenario's use. */
export function shapeOf(protocol: Protocol, use: ProtocolUse): ProtocolShape {
  return protocolSpec(protocol.kind).shape(protocol, use);
}

/** A protocol of the user's own without options, as the path of its file. It is printed as a mapping. */
const bareModule = moduleFile
  .map<Protocol>(
    (file) => ({ kind: 'module', file, options: {} }),
    (value) => (value.kind === 'module' ? value.file : ''),
  )
  .printsWhen(() => false);

/** A protocol: its name, where all its keys have defaults, or a mapping with its keys under its name. */
export const protocol: Codec<Protocol> = oneOf(
  bareNames(),
  bareModule,
  ...KINDS.filter(hasKeys).map(section),
) as Codec<Protocol>;

function hasKeys(kind: ProtocolKind): boolean {
  return Object.keys(keysOf(kind)).length > 0;
}

function keysOf(kind: ProtocolKind): Readonly<Record<string, AnyCodec>> {
  return protocolSpec(kind).fields.parts.keys ?? {};
}

function bareNames(): AnyCodec {
  const values = KINDS.filter((kind) => kind !== 'json' && kind !== 'module').map(
    (kind) => [kind, { kind, ...defaults(kind) }] as const,
  );
  return words(Object.fromEntries(values), 'a mapping such as { json: { authenticate: \'{"auth":"{token}"}\' } }');
}

/** The protocol's keys when none is written. @throws {Error} when one has no default */
function defaults(kind: ProtocolKind): object {
  const value = protocolSpec(kind).fields.parts.read({}) as object | Rejection;
  if (value instanceof Rejection) throw new Error(value.message);
  return value;
}

function section(kind: ProtocolKind): AnyCodec {
  return object({ [kind]: object(keysOf(kind)).inline().describe(protocolSpec(kind).summary) }).tagged({ kind });
}
