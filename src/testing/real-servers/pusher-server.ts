import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocketServer, type WebSocket } from 'ws';
import { listen } from '../../embedded/listen.ts';
import { accessCheck, bearerOf, type AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { cutOf, HOST, type Served } from './served.ts';

/**
 * A stub of Pusher Channels, from its WebSocket protocol and the signatures of its HTTP API, with the application that
 * authorises channels at /pusher/auth, and answers client events by one of its own.
 */
export interface PusherOptions extends AccessOptions {
  readonly key: string;
  readonly secret: string;
  readonly activityTimeoutS?: number;
  /** period of the server's pings, which must be answered by the next; default: none */
  readonly pingMs?: number;
  /** close code at the expiry of the token with which a channel was authorised; default: none */
  readonly expiryCode?: number;
}

const UNKNOWN_APP = 4001;
const UNAUTHORIZED = 4009;
const PONG_MISSING = 4201;
const MAX_BODY_CHARS = 10_000;

export async function pusherServer(options: PusherOptions, counts: Counts): Promise<Served> {
  const check = accessCheck(options);
  const sign = (signed: string): string => createHmac('sha256', options.secret).update(signed).digest('hex');
  /** expiry of the token that authorised a socket, ms since 1970, and its user */
  const authorised = new Map<string, { readonly user: string; readonly expiresAt: number }>();
  let sockets = 0;

  const authorise = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams((await text(request)).slice(0, MAX_BODY_CHARS));
    const socketId = form.get('socket_id') ?? '';
    const channel = form.get('channel_name') ?? '';
    try {
      const access = await check(bearerOf(request));
      authorised.set(socketId, access);
      counts.add('channelsAuthorised');
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ auth: `${options.key}:${sign(`${socketId}:${channel}`)}` }));
    } catch {
      counts.add('refused');
      response.writeHead(403).end('Forbidden');
    }
  };
  const http = createServer((request, response) => {
    if (request.method === 'POST' && request.url === '/pusher/auth') return void authorise(request, response);
    return response.writeHead(404).end();
  });
  const server = new WebSocketServer({ server: http });
  server.on('connection', (socket, { url = '' }) => {
    counts.add('connections');
    sockets += 1;
    if (new URL(url, 'ws://stub').pathname !== `/app/${options.key}`) return fail(socket, UNKNOWN_APP, 'no such app');
    serve(socket, `${process.pid}.${sockets}`);
  });
  return { port: await listen(http, HOST, 0), drop: cutOf(http) };

  function serve(socket: WebSocket, socketId: string): void {
    let channel: string | null = null;
    let expiry: NodeJS.Timeout | undefined;
    let isUnanswered = false;
    const send = (event: string, data: object, to?: string): void => {
      if (socket.readyState !== socket.OPEN) return;
      socket.send(JSON.stringify({ event, data: JSON.stringify(data), ...(to === undefined ? {} : { channel: to }) }));
    };
    const subscribe = (name: string, auth: unknown): void => {
      const access = authorised.get(socketId);
      if (auth !== `${options.key}:${sign(`${socketId}:${name}`)}` || access === undefined) {
        counts.add('joinsRefused');
        return send('pusher:error', { code: UNAUTHORIZED, message: 'Invalid signature' });
      }
      channel = name;
      counts.add('authenticated');
      if (options.expiryCode !== undefined) {
        const code = options.expiryCode;
        expiry = setTimeout(() => {
          counts.add('expiries');
          fail(socket, code, 'token expired');
        }, access.expiresAt - Date.now());
      }
      return send('pusher_internal:subscription_succeeded', {}, name);
    };
    const ping = (): void => {
      if (isUnanswered) {
        counts.add('pingTimeouts');
        return fail(socket, PONG_MISSING, 'Pong reply not received');
      }
      isUnanswered = true;
      return send('pusher:ping', {});
    };
    const pings = options.pingMs === undefined ? undefined : setInterval(ping, options.pingMs);
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(expiry);
      clearInterval(pings);
      authorised.delete(socketId);
    });
    socket.on('message', (raw) => {
      // A connection that is closing reads nothing more.
      if (socket.readyState !== socket.OPEN) return undefined;
      const { event, data, channel: to } = parsed(Buffer.isBuffer(raw) ? raw.toString() : '');
      const fields = typeof data === 'object' && data !== null ? (data as Readonly<Record<string, unknown>>) : {};
      if (event === 'pusher:ping') {
        counts.add('clientPings');
        return send('pusher:pong', {});
      }
      if (event === 'pusher:pong') isUnanswered = false;
      if (event === 'pusher:pong' || event === 'pusher:unsubscribe') return undefined;
      if (event === 'pusher:subscribe') return subscribe(String(fields['channel']), fields['auth']);
      if (event !== 'client-do' || channel === null || to !== channel) return counts.add('strangeMessages');
      counts.command(authorised.get(socketId)?.user ?? '', fields['id']);
      return send('done', { id: fields['id'] }, channel);
    });
    send('pusher:connection_established', { socket_id: socketId, activity_timeout: options.activityTimeoutS ?? 120 });
  }
}

function fail(socket: WebSocket, code: number, message: string): void {
  socket.close(code, message);
}

function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
