import { isIP, Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, TLSSocket } from 'node:tls';
import { NETWORK, type Signal } from '../core/signal.ts';
import type { Outgoing } from '../protocols/codec.ts';
import { Deflate } from './deflate.ts';
import type { DialEvents, FrameEvents } from './dialler.ts';
import { closeFrame, frame, frameReceiver, messageFrame, OPCODE, type FrameReceiver } from './framing.ts';
import { ioErrorWords, signalOf } from './io-error.ts';
import type { ProxyPlan } from './proxy-plan.ts';
import { targetContext } from './secure-contexts.ts';
import { openTunnel } from './tunnel.ts';
import type { Impairment } from './impairment/impairment.ts';
import type { Dial, Endpoint } from './endpoint.ts';
import { freshKey, readUpgradeAnswer, upgradeRequest } from './upgrade.ts';
import type { UpgradeForm } from './upgrade-form.ts';
import type { WireTap } from './wire-tap.ts';

/** Events of a connection. After `ended` or a hang-up by squall, only `closed` follows. */
export interface ConnectionEvents extends DialEvents, FrameEvents {
  /**
   * Reports that the socket is gone. This is the last event of a connection, at most CLOSING_MS after its end or hang-up, or
   * when the fault that hid its end is over.
   */
  closed(): void;
  /** follows the handshake and pings; absent: nobody does */
  readonly wire?: WireTap | undefined;
}

/** The close codes (RFC 6455 section 7.4.1) of a client that leaves, and of a close frame without a code. */
const NORMAL_CLOSURE = 1000;
const NO_STATUS = 1005;
/** Longest time of a closing handshake before the socket is destroyed, ms. */
const CLOSING_MS = 2000;
/** Most bytes that a peer may leave unread; what is sent beyond them is lost. */
const MAX_UNREAD_BYTES = 1 << 18;
const NOTHING = Buffer.alloc(0);
/** Options that keep Node from answering the peer's end, since a silent link answers nothing. */
const HALF_OPEN = { allowHalfOpen: true };

/**
 * One connection of one client: a TCP or TLS socket, the opening handshake, then frames. It lives as long as its
 * socket, and reports to `events` until it ends or squall hangs up.
 */
export class Connection {
  /** the tunnel's own socket, until TLS stands on it */
  #socket: Socket;
  /** impairment of a link fault; null: none */
  #impairment: Impairment | null = null;
  readonly #events: ConnectionEvents;
  readonly #client: number;
  readonly #form: UpgradeForm;
  #key: string;
  /** bytes of the opening handshake so far; null once it is over */
  #head: Buffer | null = NOTHING;
  /** parser of frames, made for the first one, since an idle client needs none */
  #receiver: FrameReceiver | null = null;
  #isOpen = false;
  /** compression, where it was offered and accepted */
  #deflate: Deflate | null = null;
  /** whether a fault ends the connection, which its client may not know yet */
  #isEnding = false;
  /** timer of the closing handshake, set when a close frame is sent */
  #closing: NodeJS.Timeout | null = null;
  /** whether the connection has ended or squall has hung up */
  #over = false;

  constructor(form: UpgradeForm, dial: Dial, events: ConnectionEvents) {
    this.#client = dial.client;
    this.#form = form;
    this.#events = events;
    this.#key = freshKey();
    const request = upgradeRequest(form, dial, this.#key);
    events.wire?.request(request);
    const { proxy } = dial.endpoint;
    if (proxy === undefined) {
      this.#socket = socketTo(dial.endpoint, dial.holes.client, request);
      this.#listen();
    } else this.#socket = this.#tunnel(proxy, dial, request);
  }

  #listen(): void {
    this.#socket.setNoDelay();
    this.#socket.on('data', (chunk: Buffer) => this.#arrived(chunk));
    this.#socket.on('error', (error) => this.#end(signalOf(error), Buffer.from(ioErrorWords(error))));
    // 'close' alone would wait until the peer has read everything, which it may never do.
    this.#socket.on('end', () => this.#end(NETWORK.reset, NOTHING));
    this.#socket.on('close', () => this.#closed());
  }

  /** Opens a tunnel, and goes on within it as without one. */
  #tunnel(proxy: ProxyPlan, { endpoint, holes }: Dial, request: string): Socket {
    const closed = (): void => this.#closed();
    const tunnel = openTunnel(proxy, endpoint.address, endpoint.port, {
      failed: ({ signal, said }) => this.#end(signal, Buffer.from(said)),
      established: (rest) => {
        tunnel.off('close', closed);
        this.#socket = socketThrough(tunnel, endpoint, holes.client, request);
        this.#listen();
        if (rest.length > 0) tunnel.unshift(rest);
      },
    });
    tunnel.on('close', closed);
    return tunnel;
  }

  /** Sends a message, which is lost when the connection is not open, as on a device. */
  send(message: Outgoing): void {
    if (!this.#isOpen || this.#closing !== null) return;
    this.#write(this.#deflate === null ? messageFrame(message) : this.#compressed(this.#deflate, message), true);
  }

  /** Asks the peer for a pong (RFC 6455 section 5.5.2). */
  ping(): void {
    if (this.#isOpen && this.#closing === null) this.#write(frame(OPCODE.ping, NOTHING));
  }

  /** Closes the connection or abandons the attempt; only `closed` is reported from now on. */
  hangUp(): void {
    this.#over = true;
    if (this.#isOpen) this.#close(NORMAL_CLOSURE);
    else this.#socket.destroy();
  }

  /** Whether a fault impairs the link already. */
  get isImpaired(): boolean {
    return this.#impairment !== null;
  }

  /**
   * Calls `end` as soon as the client can hear its peer: at once, or when a silent fault ends.
   *
   * @returns false: an end is already planned
   */
  endWhenHeard(end: () => void): boolean {
    if (this.#isEnding) return false;
    this.#isEnding = true;
    if (this.#impairment?.hears === false) this.#impairment.endIn(end);
    else end();
    return true;
  }

  /** Passes everything through `impairment` from now on. */
  interpose(impairment: Impairment): void {
    this.#impairment = impairment;
    this.#regulate();
  }

  /** Ends the impairment: what it held back passes on, and what it hid is reported. */
  restore(): void {
    const impairment = this.#impairment;
    if (impairment === null) return;
    this.#impairment = null;
    impairment.release();
    this.#regulate();
  }

  /** Ends the connection as if the peer had sent bytes that are no frame. */
  garble(): void {
    this.#end(NETWORK.badFrame, NOTHING);
  }

  /** Resets the TCP connection, as a fault of the network would: both ends see it. */
  reset(): void {
    // Under TLS, Node can only end the TCP connection; without a close_notify, TLS treats that as an attack or a fault too.
    if (this.#socket instanceof TLSSocket) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
    this.#end(NETWORK.reset, NOTHING);
  }

  #arrived(chunk: Buffer): void {
    if (this.#impairment === null) return this.#read(chunk);
    this.#impairment.bytesIn(chunk, (bytes) => {
      this.#read(bytes);
      this.#regulate();
    });
    this.#regulate();
  }

  /** Resumes or pauses the socket as the impairment requires. */
  #regulate(): void {
    const reads = this.#impairment === null || this.#impairment.reads;
    if (reads !== this.#socket.isPaused()) return;
    if (reads) this.#socket.resume();
    else this.#socket.pause();
  }

  #read(chunk: Buffer): void {
    if (this.#head === null) {
      this.#receive(chunk);
      return;
    }
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const answer = readUpgradeAnswer(this.#head, this.#form, this.#key);
    if (answer.kind === 'incomplete') return;
    this.#events.wire?.answer(this.#head);
    this.#head = null;
    if (answer.kind === 'refused') {
      this.#end(answer.signal, answer.said, answer.retryAfter ?? null);
      return;
    }
    if (answer.deflate !== undefined) this.#deflate = new Deflate(answer.deflate);
    this.#open(answer.rest);
  }

  #open(rest: Buffer): void {
    this.#isOpen = true;
    this.#key = '';
    this.#events.opened(this.#client);
    if (rest.length > 0) this.#receive(rest);
  }

  #receive(bytes: Buffer): void {
    if (!this.#isOpen) return;
    if (!this.#over && this.#impairment?.hears !== false) this.#events.heard(this.#client);
    this.#receiver ??= this.#makeReceiver();
    this.#receiver.write(bytes);
  }

  #makeReceiver(): FrameReceiver {
    const receiver = frameReceiver(this.#deflate);
    receiver.on('message', (data, isBinary) => {
      if (this.#impairment === null) this.#deliver(data, isBinary);
      else this.#impairment.messageIn(data, (message) => this.#deliver(message, isBinary));
    });
    const { wire } = this.#events;
    receiver.on('ping', (data) => {
      wire?.pinged();
      this.#write(frame(OPCODE.pong, Buffer.from(data)));
    });
    if (wire !== undefined) receiver.on('pong', () => wire.ponged());
    receiver.on('conclude', (code, reason) => {
      this.#close(code === NO_STATUS ? NORMAL_CLOSURE : code);
      if (this.#impairment === null) this.#reportEnd(code, reason);
      else this.#impairment.closeFrameIn(() => this.#reportEnd(code, reason));
    });
    receiver.on('error', () => this.#end(NETWORK.badFrame, NOTHING));
    return receiver;
  }

  #deliver(message: Buffer, isBinary: boolean): void {
    if (!this.#over) this.#events.message(this.#client, message, isBinary);
  }

  /** Sends a close frame, once, and gives the peer CLOSING_MS to end the TCP connection (RFC 6455 section 7.1.1). */
  #close(code: number): void {
    if (this.#closing !== null || this.#socket.destroyed) return;
    this.#write(closeFrame(code));
    this.#closing = setTimeout(() => this.#cut(), CLOSING_MS);
  }

  #write(bytes: Buffer, isData = false): void {
    if (this.#impairment === null) this.#put(bytes);
    else this.#impairment.frameOut(bytes, isData, (passed) => this.#put(passed));
  }

  /** A message that a fault or a full socket may lose or swap leaves uncompressed, since later ones would refer to it. */
  #compressed(deflate: Deflate, message: Outgoing): Buffer {
    const arrives = this.#impairment === null && this.#takes;
    return arrives ? deflate.messageFrame(message) : messageFrame(message);
  }

  #put(bytes: Buffer): void {
    if (this.#takes) this.#socket.write(bytes);
  }

  /** Whether the socket takes what is written to it. */
  get #takes(): boolean {
    return !this.#socket.destroyed && this.#socket.writableLength <= MAX_UNREAD_BYTES;
  }

  /** Ends the socket when the closing handshake took too long. */
  #cut(): void {
    if (this.#impairment === null) this.#socket.destroy();
    else this.#impairment.hangUp(() => this.#socket.destroy());
  }

  #closed(): void {
    if (this.#closing !== null) clearTimeout(this.#closing);
    if (this.#over) return this.#events.closed();
    this.#afterImpairment(() => {
      this.#reportEnd(NETWORK.reset, NOTHING);
      this.#events.closed();
    });
  }

  #end(signal: Signal, reason: Buffer, retryAfter: string | null = null): void {
    this.#afterImpairment(() => {
      this.#socket.destroy();
      this.#reportEnd(signal, reason, retryAfter);
    });
  }

  /** Reports the end of the socket when the impairment lets it through. */
  #afterImpairment(report: () => void): void {
    if (this.#impairment === null) report();
    else this.#impairment.endIn(report);
  }

  #reportEnd(signal: Signal, reason: Buffer, retryAfter: string | null = null): void {
    if (this.#over) return;
    this.#over = true;
    this.#events.ended(this.#client, signal, reason, retryAfter);
  }
}

/**
 * A socket that sends `request` as soon as it is connected. A function of its own, so that no listener of the
 * connection keeps the request, and the token in it, for as long as the connection lives.
 *
 * @param number number of the client in the whole population
 */
function socketTo(endpoint: Endpoint, number: number, request: string): Socket {
  const { address, port } = endpoint;
  if (endpoint.secure) return secureSocket({ host: address, port }, endpoint, number, request);
  const socket = new Socket(HALF_OPEN);
  socket.connect({ host: address, port });
  socket.write(request, 'latin1');
  return socket;
}

/** A socket that sends `request` within a tunnel. */
function socketThrough(tunnel: Socket, endpoint: Endpoint, number: number, request: string): Socket {
  if (endpoint.secure) {
    // What breaks the tunnel ends the connection within it.
    tunnel.on('error', () => {});
    return secureSocket({ socket: tunnel, host: endpoint.hostName }, endpoint, number, request);
  }
  tunnel.write(request, 'latin1');
  return tunnel;
}

function secureSocket(to: ConnectionOptions, { hostName, tls }: Endpoint, number: number, request: string): Socket {
  // An IP address is no server name (RFC 6066 section 3); certificates are then checked against `host`.
  const servername = isIP(hostName) === 0 ? hostName : '';
  const socket = connectTls({
    ...HALF_OPEN,
    ...to,
    servername,
    ALPNProtocols: ['http/1.1'],
    secureContext: targetContext(tls ?? null, number),
    ...(tls === undefined ? {} : { rejectUnauthorized: tls.verify }),
  });
  socket.once('secureConnect', () => socket.write(request, 'latin1'));
  return socket;
}
