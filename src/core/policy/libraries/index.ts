import { ably } from './ably.ts';
import { actioncable } from './actioncable.ts';
import { autobahn } from './autobahn.ts';
import { awsAmplify } from './aws-amplify.ts';
import { centrifuge } from './centrifuge.ts';
import { colyseus } from './colyseus.ts';
import { convex } from './convex.ts';
import { discordjs } from './discordjs.ts';
import { graphqlWs } from './graphql-ws.ts';
import { grpc } from './grpc.ts';
import { hocuspocus } from './hocuspocus.ts';
import { homeAssistant } from './home-assistant.ts';
import type { Library } from './library.ts';
import { liveblocks } from './liveblocks.ts';
import { mqtt } from './mqtt.ts';
import { natsCore } from './nats-core.ts';
import { partysocket } from './partysocket.ts';
import { phoenix } from './phoenix.ts';
import { pusherJs } from './pusher-js.ts';
import { reconnectingWebsocket } from './reconnecting-websocket.ts';
import { rfc6455 } from './rfc6455.ts';
import { signalr } from './signalr.ts';
import { slack } from './slack.ts';
import { socketIoClient } from './socket-io-client.ts';
import { sockette } from './sockette.ts';
import { stompjs } from './stompjs.ts';
import { subscriptionsTransportWs } from './subscriptions-transport-ws.ts';
import { supabase } from './supabase.ts';
import { webPubsub } from './web-pubsub.ts';
import { yWebsocket } from './y-websocket.ts';

/**
 * Client libraries by their name in a scenario, which is the name of the npm package, or of its scope where people call it so. Names
 * from outside are looked up with Object.hasOwn.
 */
export const LIBRARIES: Readonly<Record<string, Library>> = {
  ably,
  actioncable,
  autobahn,
  'aws-amplify': awsAmplify,
  centrifuge,
  colyseus,
  convex,
  discordjs,
  'graphql-ws': graphqlWs,
  grpc,
  hocuspocus,
  'home-assistant': homeAssistant,
  liveblocks,
  mqtt,
  'nats-core': natsCore,
  partysocket,
  phoenix,
  'pusher-js': pusherJs,
  'reconnecting-websocket': reconnectingWebsocket,
  rfc6455,
  signalr,
  slack,
  'socket.io-client': socketIoClient,
  sockette,
  stompjs,
  'subscriptions-transport-ws': subscriptionsTransportWs,
  supabase,
  'web-pubsub': webPubsub,
  'y-websocket': yWebsocket,
};
