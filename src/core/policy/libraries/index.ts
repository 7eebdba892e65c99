import { centrifuge } from './centrifuge.ts';
import { graphqlWs } from './graphql-ws.ts';
import { phoenix } from './phoenix.ts';
import type { Library } from './library.ts';
import { reconnectingWebsocket } from './reconnecting-websocket.ts';
import { rfc6455 } from './rfc6455.ts';
import { signalr } from './signalr.ts';
import { socketIoClient } from './socket-io-client.ts';

/**
 * Presets by their name in a scenario, which is the npm package's without its scope. Names from outside are looked up
 * with Object.hasOwn.
 */
export const LIBRARIES: Readonly<Record<string, Library>> = {
  centrifuge,
  'graphql-ws': graphqlWs,
  phoenix,
  'reconnecting-websocket': reconnectingWebsocket,
  rfc6455,
  signalr,
  'socket.io-client': socketIoClient,
};
