import { createServer, type IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { listen } from '../../embedded/listen.ts';
import { accessCheck, type Access, type AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { type ChannelOptions, PhoenixSession } from './phoenix-session.ts';
import { cutOf, HOST, type Served } from './served.ts';
import { SupabaseSession, type SupabaseOptions } from './supabase-session.ts';

/** A stub of a Phoenix endpoint, from lib/phoenix/socket.ex and the transports of Phoenix 1.8. */
export interface PhoenixOptions extends AccessOptions, ChannelOptions {
  /** where the token is: in a parameter of the socket, in its subprotocol, or in the join */
  readonly carrier: 'query' | 'subprotocol' | 'join';
}

const TOKEN_PROTOCOL = 'base64url.bearer.phx.';

export async function phoenixServer(options: PhoenixOptions, counts: Counts): Promise<Served> {
  const check = accessCheck(options);
  const admit = async (request: IncomingMessage): Promise<Access | null> => {
    if (options.carrier === 'join') return null;
    return check(options.carrier === 'query' ? parameterOf(request, 'token') : subprotocolToken(request));
  };
  return channelServer('/socket/websocket', admit, counts, (socket, access, version) => {
    const session = new PhoenixSession(socket, version, check, options, counts);
    if (access !== null) session.accept(access);
  });
}

/** A stub of Supabase Realtime, from lib/realtime_web/channels/realtime_channel.ex. */
export async function supabaseServer(options: SupabaseOptions, counts: Counts): Promise<Served> {
  const check = accessCheck(options);
  const admit = async (request: IncomingMessage): Promise<null> => {
    if (parameterOf(request, 'apikey') !== options.apikey) throw new Error('a wrong apikey');
    return null;
  };
  return channelServer(
    '/realtime/v1/websocket',
    admit,
    counts,
    (socket, _, version) => new SupabaseSession(socket, version, check, options, counts),
  );
}

async function channelServer(
  path: string,
  admit: (request: IncomingMessage) => Promise<Access | null>,
  counts: Counts,
  begin: (socket: WebSocket, access: Access | null, version: string) => unknown,
): Promise<Served> {
  const http = createServer();
  const admissions = new WeakMap<IncomingMessage, Access | null>();
  const sockets = new WebSocketServer({
    server: http,
    handleProtocols: (offered) => (offered.has('phoenix') ? 'phoenix' : false),
    verifyClient: ({ req: request }, answer) => {
      if (!String(request.url).startsWith(`${path}?`)) return answer(false, 404);
      admit(request).then(
        (access) => {
          admissions.set(request, access);
          answer(true);
        },
        () => {
          counts.add('refused');
          answer(false, 403);
        },
      );
    },
  });
  sockets.on('connection', (socket, request) => {
    counts.add('connections');
    begin(socket, admissions.get(request) ?? null, parameterOf(request, 'vsn'));
  });
  return { port: await listen(http, HOST, 0), drop: cutOf(http) };
}

function parameterOf({ url = '' }: IncomingMessage, name: string): string {
  return new URLSearchParams(url.slice(url.indexOf('?') + 1)).get(name) ?? '';
}

function subprotocolToken({ headers }: IncomingMessage): string {
  const entries = (headers['sec-websocket-protocol'] ?? '').split(/, */);
  const entry = entries.find((each) => each.startsWith(TOKEN_PROTOCOL));
  return Buffer.from(entry?.slice(TOKEN_PROTOCOL.length) ?? '', 'base64url').toString();
}
