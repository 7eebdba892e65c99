import { decodeJwt } from 'jose';
import type { WebSocket } from 'ws';
import { startStandIn, type StandIn } from './stand-in.ts';

/** Interval of pings, s, as it is announced. */
const PING_S = 1;
/** Error of a connect or refresh command, and the close code of a connection whose token has run out. */
const TOKEN_EXPIRED = { code: 109, message: 'token expired' };
const CONNECTION_EXPIRED = 3005;

interface Command {
  readonly id?: number;
  readonly connect?: { readonly token: string };
  readonly refresh?: { readonly token: string };
  readonly subscribe?: object;
  readonly rpc?: object;
}

/**
 * Answers as Centrifugo's JSON protocol, version 2, has them (https://centrifugal.dev/docs/transports/client_protocol), for
 * tokens that have not run out. The real server is held to the same figures by `npm run test:real`.
 */
export function startCentrifugoStandIn(): Promise<StandIn> {
  return startStandIn(serve);
}

function serve(socket: WebSocket): void {
  let expiry: NodeJS.Timeout | undefined;
  const pings = setInterval(() => socket.send('{}'), PING_S * 1000);
  const goOnUntil = (expiresAt: number): void => {
    clearTimeout(expiry);
    expiry = setTimeout(() => socket.close(CONNECTION_EXPIRED, 'connection expired'), expiresAt - Date.now());
  };
  socket.on('error', () => {});
  socket.on('close', () => {
    clearInterval(pings);
    clearTimeout(expiry);
  });
  socket.on('message', (data: Buffer) => {
    const { id, connect, refresh, subscribe, rpc } = JSON.parse(data.toString()) as Command;
    const presented = connect ?? refresh;
    if (presented !== undefined) {
      const expiresAt = 1000 * (decodeJwt(presented.token).exp ?? 0);
      if (expiresAt <= Date.now()) return socket.send(JSON.stringify({ id, error: TOKEN_EXPIRED }));
      goOnUntil(expiresAt);
    }
    if (connect !== undefined) socket.send(JSON.stringify({ id, connect: { client: 'c', ping: PING_S, pong: true } }));
    else if (refresh !== undefined) socket.send(JSON.stringify({ id, refresh: {} }));
    else if (subscribe !== undefined) socket.send(JSON.stringify({ id, subscribe: {} }));
    else if (rpc !== undefined) socket.send(JSON.stringify({ id, rpc: { data: {} } }));
    return undefined;
  });
}
