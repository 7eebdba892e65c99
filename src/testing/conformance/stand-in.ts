import { once } from 'node:events';
import { type WebSocket, WebSocketServer } from 'ws';

/** A server within the process of the test, in place of one that is not from npm. */
export interface StandIn {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Starts a server that serves each connection with `serve`. */
export async function startStandIn(serve: (socket: WebSocket) => void): Promise<StandIn> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', serve);
  await once(server, 'listening');
  return {
    port: (server.address() as { port: number }).port,
    stop: async () => {
      for (const socket of server.clients) socket.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
