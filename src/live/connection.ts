import { isIP, Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import type { Carrier } from '../core/token/carrier.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import type { DialEvents, FrameEvents } from './dialler.ts';
import { closeFrame, frame, frameReceiver, OPCODE, type FrameReceiver } from './framing.ts';
import { ioErrorWords, signalOf } from './io-error.ts';
import type { Impairment } from './impairment/impairment.ts';
import { freshKey, readUpgradeAnswer, upgradeRequest, type Endpoint } from './upgrade.ts';

/** What becomes of a connection. After `ended`, or once squall has hung up, only `closed` is still to come. */
export interface ConnectionEvents extends DialEvents, FrameEvents {
  /**
   * The socket is gone. This is the last event of any connection: at most CLOSING_MS after it ended or was hung up, or
   * when the fault ends that hid its end.
   */
  closed(): void;
}

/** The close codes (RFC 6455 section 7.4.1) of a client that leaves, and of a close frame without a code. */
const NORMAL_CLOSURE = 1000;
const NO_STATUS = 1005;
/** How long a closing handshake may take before the socket is destroyed, whatever the peer goes on sending. */
const CLOSING_MS = 2000;
/** Bytes that a peer may leave unread; beyond them, what is sent is lost. */
const MAX_UNREAD_BYTES = 1 << 18;
const NOTHING = Buffer.alloc(0);
/** Node is not to answer the peer's end by itself: where a fault lets nothing pass, nobody does. */
const HALF_OPEN = { allowHalfOpen: true };

/**
 * One connection of one client: a TCP or TLS socket, the opening handshake, then frames. It lives as long as its
 * socket, and reports to `events` until it ends or squall hangs up.
 */
export class Connection {
  readonly #socket: Socket;
  /** what a fault has put in between; null nearly always */
  #impairment: Impairment | null = null;
  readonly #events: ConnectionEvents;
  readonly #client: number;
  #carrier: Carrier;
  #key: string;
  /** bytes of the opening handshake so far; null once it is over */
  #head: Buffer | null = NOTHING;
  /** made when the first frame comes: a client that only listens, and hears nothing, needs none */
  #receiver: FrameReceiver | null = null;
  #isOpen = false;
  /** a fault ends it, though its client may not have heard so */
  #isEnding = false;
  /** a close frame went out: the time that the peer has left to end the connection */
  #closing: NodeJS.Timeout | null = null;
  /** it has ended, or squall has hung up */
  #over = false;

  /** @param number the client's in the whole population */
  constructor(
    client: number,
    endpoint: Endpoint,
    carrier: Carrier,
    token: string,
    events: ConnectionEvents,
    number = client,
  ) {
    this.#client = client;
    this.#carrier = carrier;
    this.#events = events;
    this.#key = freshKey();
    this.#socket = socketTo(endpoint, upgradeRequest(endpoint, carrier, token, this.#key, number));
    this.#socket.setNoDelay();
    this.#socket.on('data', (chunk: Buffer) => this.#arrived(chunk));
    this.#socket.on('error', (error) => this.#end(signalOf(error), Buffer.from(ioErrorWords(error))));
    // Not only 'close': that waits until the peer has read what it was sent, and it may never.
    this.#socket.on('end', () => this.#end(NETWORK.reset, NOTHING));
    this.#socket.on('close', () => this.#closed());
  }

  /** Sends a text message; on a connection that is not open it is lost, as a device's would be. */
  send(text: string): void {
    if (!this.#isOpen || this.#closing !== null) return;
    this.#write(frame(OPCODE.text, Buffer.from(text)), true);
  }

  /** Asks the peer for a pong (RFC 6455 section 5.5.2). */
  ping(): void {
    if (this.#isOpen && this.#closing === null) this.#write(frame(OPCODE.ping, NOTHING));
  }

  /** Closes the connection, or abandons the attempt. Nothing but `closed` is heard of it from now on. */
  hangUp(): void {
    this.#over = true;
    if (this.#isOpen) this.#close(NORMAL_CLOSURE);
    else this.#socket.destroy();
  }

  /** Whether a fault stands in between already. */
  get isImpaired(): boolean {
    return this.#impairment !== null;
  }

  /**
   * Calls `end` as soon as the client hears of its peer: at once, unless a fault cuts it off.
   *
   * @returns false when it is to end already
   */
  endWhenHeard(end: () => void): boolean {
    if (this.#isEnding) return false;
    this.#isEnding = true;
    if (this.#impairment?.hears === false) this.#impairment.endIn(end);
    else end();
    return true;
  }

  /** From now on everything goes through `impairment`. */
  interpose(impairment: Impairment): void {
    this.#impairment = impairment;
    this.#regulate();
  }

  /** The fault is over: what it held back goes on, and what it hid is reported. */
  restore(): void {
    const impairment = this.#impairment;
    if (impairment === null) return;
    this.#impairment = null;
    impairment.release();
    this.#regulate();
  }

  /** Ends as if the peer had sent bytes that are no frame. */
  garble(): void {
    this.#end(NETWORK.badFrame, NOTHING);
  }

  /** Resets the TCP connection, as a fault of the network would: both ends see it. */
  reset(): void {
    // Under TLS, Node can only break off: the peer sees an end without a word, which to TLS is an attack or a fault too.
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

  /** Reads the socket or pauses it, as the impairment wants it. */
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
    const answer = readUpgradeAnswer(this.#head, this.#carrier, this.#key);
    if (answer.kind === 'incomplete') return;
    this.#head = null;
    if (answer.kind === 'refused') {
      this.#end(answer.signal, answer.said, answer.retryAfter ?? null);
      return;
    }
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
    const receiver = frameReceiver();
    receiver.on('message', (data) => {
      if (this.#impairment === null) this.#deliver(data);
      else this.#impairment.messageIn(data, (message) => this.#deliver(message));
    });
    receiver.on('ping', (data) => this.#write(frame(OPCODE.pong, Buffer.from(data))));
    receiver.on('conclude', (code, reason) => {
      this.#close(code === NO_STATUS ? NORMAL_CLOSURE : code);
      if (this.#impairment === null) this.#reportEnd(code, reason);
      else this.#impairment.closeFrameIn(() => this.#reportEnd(code, reason));
    });
    receiver.on('error', () => this.#end(NETWORK.badFrame, NOTHING));
    return receiver;
  }

  #deliver(message: Buffer): void {
    if (!this.#over) this.#events.message(this.#client, message);
  }

  /** Sends a close frame, once, and leaves the peer a moment to end the TCP connection (RFC 6455 section 7.1.1). */
  #close(code: number): void {
    if (this.#closing !== null || this.#socket.destroyed) return;
    this.#write(closeFrame(code));
    this.#closing = setTimeout(() => this.#cut(), CLOSING_MS);
  }

  #write(bytes: Buffer, isData = false): void {
    if (this.#impairment === null) this.#put(bytes);
    else this.#impairment.frameOut(bytes, isData, (passed) => this.#put(passed));
  }

  #put(bytes: Buffer): void {
    if (!this.#socket.destroyed && this.#socket.writableLength <= MAX_UNREAD_BYTES) this.#socket.write(bytes);
  }

  /** The closing handshake took too long. */
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
 */
function socketTo({ secure, address, port, hostName }: Endpoint, request: string): Socket {
  if (!secure) {
    const socket = new Socket(HALF_OPEN);
    socket.connect({ host: address, port });
    socket.write(request, 'latin1');
    return socket;
  }
  // An address is no server name (RFC 6066 section 3); certificates are then checked against `host`.
  const servername = isIP(hostName) === 0 ? hostName : '';
  const socket = connectTls({ ...HALF_OPEN, host: address, port, servername, ALPNProtocols: ['http/1.1'] });
  socket.once('secureConnect', () => socket.write(request, 'latin1'));
  return socket;
}
