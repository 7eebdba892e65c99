import { type Protocol, type ProtocolKind, type ProtocolOf, shapeOf } from '../core/protocol/specs.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import type { ProtocolUse } from '../core/protocol/spec.ts';
import type { Row } from '../core/template/template.ts';
import { actioncableCodec } from './actioncable.ts';
import { appSyncEventsCodec } from './appsync-events.ts';
import type { ClientView, Codec } from './codec.ts';
import { centrifugoCodec } from './centrifugo.ts';
import { graphqlTransportWsCodec, subscriptionsTransportWsCodec } from './graphql.ts';
import { hocuspocusCodec } from './hocuspocus.ts';
import { jsonCodec } from './json.ts';
import { mqttCodec } from './mqtt.ts';
import { natsCodec } from './nats.ts';
import { noneCodec } from './none.ts';
import { signalrCodec } from './signalr.ts';
import { socketIoCodec } from './socket-io.ts';
import { squallCodec } from './squall.ts';
import { stompCodec } from './stomp.ts';
import { ProtocolFailed } from './own/failure.ts';
import { ModuleCodec, type CallsUnderWay, type ReportFailure } from './own/module-codec.ts';
import { loadOwnModule } from './own/own-module.ts';
import { webPubSubCodec } from './web-pubsub.ts';
import { phoenixCodec } from './phoenix.ts';
import { pusherCodec } from './pusher.ts';
import { supabaseCodec } from './supabase.ts';

interface Maker<P> {
  make(protocol: P, shape: ProtocolShape, use: ProtocolUse, hooks: ModuleHooks): Codec;
}

/** Makes a codec. The type of a method, so that the record can be read with a protocol of any kind. */
type MakesCodec<P> = Maker<P>['make'];

/** The bytes of every protocol. A new one is a line here; without it this record does not compile. */
const CODECS: { readonly [Kind in ProtocolKind]: MakesCodec<ProtocolOf<Kind>> } = {
  none: (_, shape) => noneCodec(shape),
  squall: (_, shape, use) => squallCodec(shape, use),
  json: jsonCodec,
  'socket.io': socketIoCodec,
  centrifugo: centrifugoCodec,
  'graphql-transport-ws': graphqlTransportWsCodec,
  'subscriptions-transport-ws': subscriptionsTransportWsCodec,
  mqtt: mqttCodec,
  nats: natsCodec,
  stomp: stompCodec,
  signalr: signalrCodec,
  'web-pubsub': webPubSubCodec,
  phoenix: phoenixCodec,
  supabase: supabaseCodec,
  actioncable: actioncableCodec,
  pusher: pusherCodec,
  hocuspocus: hocuspocusCodec,
  'appsync-events': appSyncEventsCodec,
  module: (protocol, shape, _, { report, calls }) =>
    new ModuleCodec(loadOwnModule(protocol.file), protocol, shape, report, calls),
};

const NOBODY: Row = {};

/** What a protocol of the user's own needs beyond its frames. */
export interface ModuleHooks {
  readonly report: ReportFailure;
  /** absent: nobody watches whether its methods return */
  readonly calls?: CallsUnderWay | undefined;
}

const NO_HOOKS: ModuleHooks = {
  report: (method, what) => {
    throw new ProtocolFailed(`${method} ${what}`);
  },
};

/**
 * Makes the codec of a scenario's protocol, one for all clients of a worker.
 *
 * @param hooks of a protocol of the user's own, whose failures are thrown without
 */
export function codecOf(protocol: Protocol, use: ProtocolUse, hooks: ModuleHooks = NO_HOOKS): Codec {
  const make: MakesCodec<Protocol> = CODECS[protocol.kind];
  return make(protocol, shapeOf(protocol, use), use, hooks);
}

/**
 * A view of a connection that is about to be dialled.
 *
 * @param user columns of the user for whom the client stands
 */
export function newView(client: number, user: Row = NOBODY): ClientView {
  return {
    holes: { client, user, seq: 0, token: '' },
    step: 0,
    joinsFrom: 0,
    session: '',
    ticket: null,
    secret: '',
    presented: false,
    rest: null,
  };
}
