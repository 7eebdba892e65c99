import { type Protocol, type ProtocolKind, type ProtocolOf, shapeOf } from '../core/protocol/specs.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import type { ProtocolUse } from '../core/protocol/spec.ts';
import type { Row } from '../core/template/template.ts';
import type { ClientView, Codec } from './codec.ts';
import { ProtocolFailed } from './own/failure.ts';
import type { CallsUnderWay, ReportFailure } from './own/module-codec.ts';

interface Maker<P> {
  make(protocol: P, shape: ProtocolShape, use: ProtocolUse, hooks: ModuleHooks): Codec;
}

/** Makes a codec. The type of a method, so that the record can be read with a protocol of any kind. */
type MakesCodec<P> = Maker<P>['make'];

/** The bytes of every protocol, each loaded when it is spoken. A new one is a line here; without it this record does not compile. */
const CODECS: { readonly [Kind in ProtocolKind]: () => Promise<MakesCodec<ProtocolOf<Kind>>> } = {
  none: async () => {
    const { noneCodec } = await import('./none.ts');
    return (_, shape) => noneCodec(shape);
  },
  squall: async () => {
    const { squallCodec } = await import('./squall.ts');
    return (_, shape, use) => squallCodec(shape, use);
  },
  json: async () => (await import('./json.ts')).jsonCodec,
  'socket.io': async () => (await import('./socket-io.ts')).socketIoCodec,
  centrifugo: async () => (await import('./centrifugo.ts')).centrifugoCodec,
  'graphql-transport-ws': async () => (await import('./graphql.ts')).graphqlTransportWsCodec,
  'subscriptions-transport-ws': async () => (await import('./graphql.ts')).subscriptionsTransportWsCodec,
  mqtt: async () => (await import('./mqtt.ts')).mqttCodec,
  nats: async () => (await import('./nats.ts')).natsCodec,
  stomp: async () => (await import('./stomp.ts')).stompCodec,
  signalr: async () => (await import('./signalr.ts')).signalrCodec,
  'web-pubsub': async () => (await import('./web-pubsub.ts')).webPubSubCodec,
  phoenix: async () => (await import('./phoenix.ts')).phoenixCodec,
  supabase: async () => (await import('./supabase.ts')).supabaseCodec,
  actioncable: async () => (await import('./actioncable.ts')).actioncableCodec,
  pusher: async () => (await import('./pusher.ts')).pusherCodec,
  hocuspocus: async () => (await import('./hocuspocus.ts')).hocuspocusCodec,
  'appsync-events': async () => (await import('./appsync-events.ts')).appSyncEventsCodec,
  module: async () => {
    const [{ ModuleCodec }, { loadOwnModule }] = await Promise.all([
      import('./own/module-codec.ts'),
      import('./own/own-module.ts'),
    ]);
    return (protocol, shape, _, { report, calls }) =>
      new ModuleCodec(loadOwnModule(protocol.file), protocol, shape, report, calls);
  },
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

/** Makes codecs of one kind of protocol. `hooks`: of a protocol of the user's own, whose failures are thrown without. */
export type CodecMaker = (protocol: Protocol, use: ProtocolUse, hooks?: ModuleHooks) => Codec;

/** Loads what makes the codec of a scenario's protocol, one for all clients of a worker. */
export async function codecMaker(kind: ProtocolKind): Promise<CodecMaker> {
  const load: () => Promise<MakesCodec<Protocol>> = CODECS[kind];
  const make = await load();
  return (protocol, use, hooks = NO_HOOKS) => make(protocol, shapeOf(protocol, use), use, hooks);
}

/** Loads the makers of all protocols. */
export async function codecMakers(): Promise<ReadonlyMap<ProtocolKind, CodecMaker>> {
  const kinds = Object.keys(CODECS).filter(isKind);
  return new Map(await Promise.all(kinds.map(async (kind) => [kind, await codecMaker(kind)] as const)));
}

function isKind(name: string): name is ProtocolKind {
  return Object.hasOwn(CODECS, name);
}

/** Makes the codec of a protocol, as `codecMaker` does. */
export async function codecOf(protocol: Protocol, use: ProtocolUse): Promise<Codec> {
  return (await codecMaker(protocol.kind))(protocol, use);
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
