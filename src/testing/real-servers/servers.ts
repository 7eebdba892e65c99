import { artemisServer, type ArtemisOptions } from './artemis-server.ts';
import { appSyncEventsServer, type AppSyncEventsOptions } from './appsync-events-server.ts';
import { actionCableServer, type ActionCableOptions } from './actioncable-server.ts';
import { centrifugoServer, type CentrifugoOptions } from './centrifugo-server.ts';
import type { Counts } from './counts.ts';
import { gatewayServer, type GatewayOptions } from './gateway-server.ts';
import { graphqlServer, type GraphqlOptions } from './graphql-server.ts';
import { hocuspocusServer, type HocuspocusOptions } from './hocuspocus-server.ts';
import { identityServer, type IdentityOptions } from './identity-server.ts';
import { keycloakServer, type KeycloakOptions } from './keycloak-server.ts';
import { mochiServer, type MochiOptions } from './mochi-server.ts';
import { mqttServer, type MqttOptions } from './mqtt-server.ts';
import { pusherServer, type PusherOptions } from './pusher-server.ts';
import { phoenixServer, type PhoenixOptions, supabaseServer } from './phoenix-server.ts';
import { natsServer, type NatsOptions } from './nats-server.ts';
import type { Served } from './served.ts';
import { linesServer, type LinesOptions } from './lines-server.ts';
import { signalrServer, type SignalrOptions } from './signalr-server.ts';
import { webPubSubServer, type WebPubSubOptions } from './web-pubsub-server.ts';
import { socketIoServer, type SocketIoOptions } from './socket-io-server.ts';
import { stompServer, type StompOptions } from './stomp-server.ts';
import type { SupabaseOptions } from './supabase-session.ts';

/** Options of each server. */
export interface ServerOptions {
  readonly artemis: ArtemisOptions;
  readonly actioncable: ActionCableOptions;
  readonly 'appsync-events': AppSyncEventsOptions;
  readonly centrifugo: CentrifugoOptions;
  readonly gateway: GatewayOptions;
  readonly graphql: GraphqlOptions;
  readonly identity: IdentityOptions;
  readonly keycloak: KeycloakOptions;
  readonly mochi: MochiOptions;
  readonly mqtt: MqttOptions;
  readonly nats: NatsOptions;
  readonly lines: LinesOptions;
  readonly signalr: SignalrOptions;
  readonly 'socket.io': SocketIoOptions;
  readonly stomp: StompOptions;
  readonly 'web-pubsub': WebPubSubOptions;
  readonly phoenix: PhoenixOptions;
  readonly pusher: PusherOptions;
  readonly hocuspocus: HocuspocusOptions;
  readonly supabase: SupabaseOptions;
}

export type ServerName = keyof ServerOptions;

/** Servers that are none of squall's, by name. */
export const SERVERS: {
  readonly [Name in ServerName]: (options: ServerOptions[Name], counts: Counts) => Promise<Served>;
} = {
  artemis: artemisServer,
  actioncable: actionCableServer,
  'appsync-events': appSyncEventsServer,
  centrifugo: centrifugoServer,
  gateway: gatewayServer,
  graphql: graphqlServer,
  identity: identityServer,
  keycloak: keycloakServer,
  mochi: mochiServer,
  mqtt: mqttServer,
  nats: natsServer,
  lines: linesServer,
  signalr: signalrServer,
  'socket.io': socketIoServer,
  stomp: stompServer,
  'web-pubsub': webPubSubServer,
  phoenix: phoenixServer,
  pusher: pusherServer,
  hocuspocus: hocuspocusServer,
  supabase: supabaseServer,
};
