import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { jwtVerify, SignJWT } from 'jose';
import { WebSocketServer, type WebSocket } from 'ws';
import { listen } from '../../embedded/listen.ts';
import { accessCheck, bearerOf, type Access, type AccessOptions } from './access.ts';
import type { Counts } from './counts.ts';
import { cutOf, HOST, type Served } from './served.ts';
import { SignalrSession, type SignalrSessionOptions } from './signalr-session.ts';

/**
 * A stub of an ASP.NET Core SignalR server, written from its specifications (TransportProtocols.md and HubProtocol.md of
 * dotnet/aspnetcore), which @microsoft/signalr accepts (`npm run test:libraries`). The hub is at `/chat`.
 */
export interface SignalrOptions extends AccessOptions, SignalrSessionOptions {
  /** whether the negotiate answer leads to `/client` of the same server with a token of its own, as Azure SignalR Service does */
  readonly redirects?: boolean;
  /** URL to which every negotiate answer leads, `.` for the hub itself; default: none */
  readonly redirectTo?: string;
}

const HUB = '/chat';
const SERVICE = '/client/';
const NEGOTIATE = 'negotiate';
const SERVICE_ISSUER = 'https://service.signalr.test';
const SERVICE_KEY = new TextEncoder().encode('a key of the service that no client knows');

/** Answer to an upgrade: the user, or an HTTP status. */
type Admission = Access | { readonly status: number };

export async function signalrServer(options: SignalrOptions, counts: Counts): Promise<Served> {
  const check = accessCheck(options);
  /** users of negotiated connections by connection token; null: its WebSocket has come */
  const negotiated = new Map<string, Access | null>();
  const admissions = new WeakMap<IncomingMessage, Access>();
  const http = createServer((request, response) => void negotiate(request, response));
  const sockets = new WebSocketServer({
    server: http,
    verifyClient: ({ req: request }, answer) => {
      void admission(request).then((admitted) => {
        if ('status' in admitted) {
          counts.add('refused');
          return answer(false, admitted.status);
        }
        admissions.set(request, admitted);
        return answer(true);
      });
    },
  });
  sockets.on('connection', (socket: WebSocket, request) => {
    counts.add('connections');
    void new SignalrSession(socket, admissions.get(request)!, options, counts);
  });
  const drop = cutOf(http);
  const port = await listen(http, HOST, 0);
  return { port, drop };

  async function negotiate(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume();
    const url = new URL(request.url ?? '/', `http://${HOST}`);
    const isService = url.pathname === `${SERVICE}${NEGOTIATE}`;
    if (request.method !== 'POST' || (!isService && url.pathname !== `${HUB}/${NEGOTIATE}`))
      return void response.writeHead(404).end();
    counts.add('negotiations');
    if (options.redirectTo !== undefined)
      return reply(response, { url: options.redirectTo === '.' ? `http://${HOST}:${port}${HUB}` : options.redirectTo });
    // A token in the query would stand in logs; both places take it from the header only.
    const access = await (isService ? serviceAccess(bearerOf(request)) : hubAccess(bearerOf(request)));
    if (access === null) {
      counts.add('negotiationsRefused');
      return void response.writeHead(401, { 'WWW-Authenticate': 'Bearer error="invalid_token"' }).end();
    }
    if (options.redirects === true && !isService) {
      const accessToken = await serviceToken(access);
      return reply(response, { url: `http://${HOST}:${port}${SERVICE}?hub=chat&asrs.op=%2Fchat`, accessToken });
    }
    if (url.searchParams.get('negotiateVersion') !== '1') return void response.writeHead(400).end();
    const connectionToken = randomUUID();
    negotiated.set(connectionToken, access);
    return reply(response, {
      negotiateVersion: 1,
      connectionId: randomUUID(),
      connectionToken,
      availableTransports: [
        { transport: 'WebSockets', transferFormats: ['Text', 'Binary'] },
        { transport: 'ServerSentEvents', transferFormats: ['Text'] },
      ],
    });
  }

  async function admission(request: IncomingMessage): Promise<Admission> {
    const url = new URL(request.url ?? '/', `http://${HOST}`);
    const isService = url.pathname === SERVICE;
    if (!isService && url.pathname !== HUB) return { status: 404 };
    const token = bearerOf(request) || (url.searchParams.get('access_token') ?? '');
    const access = await (isService ? serviceAccess(token) : hubAccess(token));
    if (access === null) return { status: 401 };
    const id = url.searchParams.get('id');
    // Without an id the client has skipped the negotiation.
    if (id === null) return access;
    const owner = negotiated.get(id);
    if (owner === undefined || owner?.user !== access.user) return { status: owner === null ? 409 : 404 };
    negotiated.set(id, null);
    return access;
  }

  async function hubAccess(token: string): Promise<Access | null> {
    const access = await check(token).catch(() => null);
    // The check counts in whole seconds.
    return access !== null && access.expiresAt > Date.now() ? access : null;
  }
}

/** A token of the service, which lasts as long as the user's own. */
function serviceToken({ user, expiresAt }: Access): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(SERVICE_ISSUER)
    .setSubject(user)
    .setExpirationTime(expiresAt / 1000)
    .sign(SERVICE_KEY);
}

async function serviceAccess(token: string): Promise<Access | null> {
  try {
    const { payload } = await jwtVerify(token, SERVICE_KEY, { issuer: SERVICE_ISSUER });
    return { user: payload.sub ?? '', expiresAt: (payload.exp ?? 0) * 1000 };
  } catch {
    return null;
  }
}

function reply(response: ServerResponse, answer: object): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
}
