import { createServer as createHttp, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { WebSocketServer, type WebSocket } from 'ws';
import { listen } from '../../embedded/listen.ts';
import { accessCheck, bearerOf, type Access, type AccessOptions } from './access.ts';
import { serverTls, type TlsKind } from './certificates.ts';
import type { Counts } from './counts.ts';
import { GatewaySession, type SessionOptions } from './gateway-session.ts';
import { cutOf, HOST, type Served } from './served.ts';
import { Tickets } from './tickets.ts';

/** A gateway on `ws`: how it lets clients in, and how it treats them then. */
export interface GatewayOptions extends AccessOptions, SessionOptions {
  /** where the token is: in the Authorization header, in the first message, or exchanged for a ticket in the query */
  readonly carrier: 'header' | 'message' | 'ticket';
  /** the only Origin let in; others are refused with HTTP 403 */
  readonly origin?: string;
  /** values of X-Tenant let in; others are refused with HTTP 403 */
  readonly tenants?: readonly string[];
  /** subprotocol that clients have to offer; HTTP 400 otherwise */
  readonly subprotocol?: string;
  readonly tls?: TlsKind;
}

/** Answer to an upgrade: let in (as a user, or to authenticate by message), or an HTTP status. */
type Admission = { readonly access: Access | null } | { readonly status: number };

export async function gatewayServer(options: GatewayOptions, counts: Counts): Promise<Served> {
  const check = accessCheck(options);
  const tickets = new Tickets(check, counts);
  const http = httpServer(options.tls, (request, response) => void tickets.answer(request, response), counts);
  const admissions = new WeakMap<IncomingMessage, Access | null>();
  const sockets = new WebSocketServer({
    server: http,
    perMessageDeflate: true,
    handleProtocols: (offered) => (offered.has(options.subprotocol ?? '') ? (options.subprotocol ?? false) : false),
    verifyClient: ({ req: request }, answer) => {
      void admission(request).then((admitted) => {
        if ('status' in admitted) return answer(false, admitted.status);
        admissions.set(request, admitted.access);
        return answer(true);
      });
    },
  });
  sockets.on('connection', (socket: WebSocket, request) => {
    counts.add('connections');
    const session = new GatewaySession(socket, check, options, counts);
    const access = admissions.get(request) ?? null;
    if (access !== null) session.accept(access);
  });
  const drop = cutOf(http);
  return { port: await listen(http, HOST, 0), drop };

  async function admission(request: IncomingMessage): Promise<Admission> {
    const refused = refusalOf(request);
    if (refused !== null) return refused;
    if (options.carrier === 'message') return { access: null };
    try {
      return { access: options.carrier === 'ticket' ? tickets.use(request.url) : await check(bearerOf(request)) };
    } catch {
      counts.add('refused');
      return { status: 401 };
    }
  }

  function refusalOf({ headers }: IncomingMessage): Admission | null {
    if (options.origin !== undefined && headers.origin !== options.origin) {
      counts.add('originsRefused');
      return { status: 403 };
    }
    if (options.tenants?.includes(String(headers['x-tenant'])) === false) {
      counts.add('tenantsRefused');
      return { status: 403 };
    }
    const offered = (headers['sec-websocket-protocol'] ?? '').split(/, */);
    const wanted = options.subprotocol;
    return wanted === undefined || offered.includes(wanted) ? null : { status: 400 };
  }
}

function httpServer(tls: TlsKind | undefined, listener: RequestListener, counts: Counts): Server {
  if (tls === undefined) return createHttp(listener);
  return createHttps(serverTls(tls), listener).on('tlsClientError', () => counts.add('tlsRefused'));
}
