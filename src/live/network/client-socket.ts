import { connect, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Dial } from './endpoint.ts';
import { targetContext } from './secure-contexts.ts';
import { freeSourcesOf, type Source } from './sources.ts';

/** Events of a socket, which it reports to its connection. `closed` is the last one. */
export interface SocketEvents {
  /** @param bytes bytes of the peer, which the next read overwrites */
  arrived(bytes: Buffer): void;
  broke(error: Error): void;
  /** Reports the end of the peer's side. `closed` alone would wait until the peer has read everything, which it may never do. */
  peerEnded(): void;
  closed(): void;
}

/** Most bytes of one read. */
const READ_BYTES = 1 << 16;
/** Bytes of the last read of any socket. A buffer for each read would cost more than the rest of the read. */
const readBuffer = Buffer.alloc(READ_BYTES);

/** Options of a TLS socket. `allowHalfOpen` keeps Node from answering the peer's end, since a silent link answers nothing. */
interface SecureOptions extends ConnectionOptions {
  readonly allowHalfOpen: true;
  readonly onread?: OnReadOpts;
}

/** The protocol that is offered by ALPN, in the form of RFC 7301 section 3.1. */
const HTTP_1 = Buffer.from('\x08http/1.1');

const EVENTS = Symbol('events');
const REQUEST = Symbol('request');
const SOURCE = Symbol('source');

/** A socket, its connection, the request that it sends as soon as it can, and its source where squall chose that. */
interface OwnSocket extends Socket {
  [EVENTS]?: SocketEvents;
  [REQUEST]?: string;
  [SOURCE]?: Source | null;
}

/** Opens a socket that sends `request` as soon as it is connected. */
export function openSocket(dial: Dial, request: string, events: SocketEvents): Socket {
  const { endpoint } = dial;
  const { address, port } = endpoint;
  const onread = sharedRead(events);
  const source = freeSourcesOf(endpoint)?.take() ?? null;
  const to =
    source === null
      ? { host: address, port, allowHalfOpen: true as const, onread }
      : {
          host: address,
          port,
          allowHalfOpen: true as const,
          onread,
          localAddress: source.address,
          localPort: source.port,
        };
  return endpoint.secure
    ? own(secureSocket(to, dial), 'secureConnect', request, events, source)
    : own(connect(to), 'connect', request, events, source);
}

/**
 * Opens a socket to a service that sends `request` as soon as it is connected.
 *
 * @param tls settings of TLS; null: none
 * @param request text of which each character is a byte
 */
export function openToService(
  place: { readonly host: string; readonly port: number },
  tls: ConnectionOptions | null,
  request: string,
  events: SocketEvents,
): Socket {
  const to = { ...place, allowHalfOpen: true as const, onread: sharedRead(events) };
  if (tls === null) return own(connect(to), 'connect', request, events);
  // Nothing leaves before the peer's certificate has been checked.
  const secure: SecureOptions = { ...tls, ...to };
  return own(connectTls(secure), 'secureConnect', request, events);
}

/** Sends `request` within a tunnel, over TLS where the endpoint has it. */
export function openThrough(tunnel: Socket, dial: Dial, request: string, events: SocketEvents): Socket {
  const { endpoint } = dial;
  let socket = tunnel;
  if (endpoint.secure) {
    // What breaks the tunnel ends the connection within it.
    tunnel.on('error', () => {});
    const to: SecureOptions = { allowHalfOpen: true, socket: tunnel, host: endpoint.hostName };
    socket = secureSocket(to, dial);
    own(socket, 'secureConnect', request, events);
  } else {
    own(tunnel, 'connect', '', events);
    tunnel.write(request, 'latin1');
  }
  socket.on('data', (bytes: Buffer) => events.arrived(bytes));
  return socket;
}

function sharedRead(events: SocketEvents): OnReadOpts {
  const callback = (length: number): boolean => {
    events.arrived(readBuffer.subarray(0, length));
    return true;
  };
  return { buffer: readBuffer, callback };
}

/**
 * Makes a socket report to its connection. All sockets share the listeners, none of which keeps the request, with the token in
 * it, for as long as the connection lives.
 */
function own(
  plain: Socket,
  connected: 'connect' | 'secureConnect',
  request: string,
  events: SocketEvents,
  source: Source | null = null,
): OwnSocket {
  const socket: OwnSocket = plain;
  socket[EVENTS] = events;
  socket[REQUEST] = request;
  // All sockets have the same properties in the same order, so that V8 compiles their code once.
  socket[SOURCE] = source;
  socket.on(connected, sendRequest);
  socket.on('error', broke);
  socket.on('end', peerEnded);
  socket.on('close', closed);
  return socket;
}

function sendRequest(this: OwnSocket): void {
  this.write(this[REQUEST] ?? '', 'latin1');
  this[REQUEST] = '';
}

function broke(this: OwnSocket, error: Error): void {
  this[EVENTS]?.broke(error);
}

function peerEnded(this: OwnSocket): void {
  this[EVENTS]?.peerEnded();
}

function closed(this: OwnSocket): void {
  const source = this[SOURCE];
  source?.of.giveBack(source);
  this[EVENTS]?.closed();
}

function secureSocket(to: SecureOptions, { endpoint, sessions, holes: { client } }: Dial): Socket {
  const { hostName, tls } = endpoint;
  const resuming = sessions?.isResuming(client) === true ? sessions : null;
  const session = resuming?.take(client);
  const socket = connectTls({
    ...to,
    // An IP address is no server name (RFC 6066 section 3); certificates are then checked against `host`.
    servername: isIP(hostName) === 0 ? hostName : '',
    ALPNProtocols: HTTP_1,
    secureContext: targetContext(tls ?? null, client),
    ...(tls === undefined ? {} : { rejectUnauthorized: tls.verify }),
    ...(session === undefined ? {} : { session }),
  });
  resuming?.follow(client, socket, session);
  return socket;
}
