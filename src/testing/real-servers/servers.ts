import type { Counts } from './counts.ts';
import { gatewayServer, type GatewayOptions } from './gateway-server.ts';
import { identityServer, type IdentityOptions } from './identity-server.ts';
import type { Served } from './served.ts';
import { socketIoServer, type SocketIoOptions } from './socket-io-server.ts';

/** Options of each server. */
export interface ServerOptions {
  readonly gateway: GatewayOptions;
  readonly identity: IdentityOptions;
  readonly 'socket.io': SocketIoOptions;
}

export type ServerName = keyof ServerOptions;

/** Servers that are none of squall's, by name. */
export const SERVERS: {
  readonly [Name in ServerName]: (options: ServerOptions[Name], counts: Counts) => Promise<Served>;
} = {
  gateway: gatewayServer,
  identity: identityServer,
  'socket.io': socketIoServer,
};
