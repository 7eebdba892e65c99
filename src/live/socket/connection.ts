import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { NETWORK, type Signal } from '../../core/signal.ts';
import type { Outgoing } from '../../protocols/codec.ts';
import { openSocket, openThrough, type SocketEvents } from '../network/client-socket.ts';
import { type Closing, cutLater } from './closing-waits.ts';
import { Deflate } from './deflate.ts';
import type { DialEvents, FrameEvents } from './dialler.ts';
import {
  closeFrame,
  frame,
  frameErrorWords,
  frameReceiver,
  messageFrame,
  OPCODE,
  readCloseFrame,
  type FrameReceiver,
} from './framing.ts';
import { ioErrorWords, signalOf } from '../network/io-error.ts';
import type { ProxyPlan } from '../network/proxy-plan.ts';
import { openTunnel } from '../http/tunnel.ts';
import type { Impairment } from '../impairment/impairment.ts';
import type { Dial } from '../network/endpoint.ts';
import { freshKey, upgradeRequest } from './upgrade.ts';
import { readUpgradeAnswer } from './upgrade-answer.ts';
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
/** Most bytes that a peer may leave unread; what is sent beyond them is lost. */
const MAX_UNREAD_BYTES = 1 << 18;
const NOTHING = Buffer.alloc(0);

/**
 * One connection of one client: a TCP or TLS socket, the opening handshake, then frames. It lives as long as its
 * socket, and reports to `events` until it ends or squall hangs up.
 */
export class Connection implements SocketEvents, Closing {
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
  /** whether a close frame is sent */
  #isClosing = false;
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
    this.#socket = proxy === undefined ? openSocket(dial, request, this) : this.#tunnel(proxy, dial, request);
  }

  /** Opens a tunnel, and goes on within it as without one. */
  #tunnel(proxy: ProxyPlan, dial: Dial, request: string): Socket {
    const closed = (): void => this.closed();
    const tunnel = openTunnel(proxy, dial.endpoint.address, dial.endpoint.port, {
      failed: ({ signal, said }) => this.#end(signal, Buffer.from(said)),
      established: (rest) => {
        tunnel.off('close', closed);
        this.#socket = openThrough(tunnel, dial, request, this);
        if (rest.length > 0) tunnel.unshift(rest);
      },
    });
    tunnel.on('close', closed);
    return tunnel;
  }

  /** Sends a message, which is lost when the connection is not open, as on a device. */
  send(message: Outgoing): void {
    if (!this.#isOpen || this.#isClosing) return;
    // The request and the first close frame wait for nothing, and most clients of a storm send nothing else.
    this.#socket.setNoDelay();
    this.#write(this.#deflate === null ? messageFrame(message) : this.#compressed(this.#deflate, message), true);
  }

  /** Asks the peer for a pong (RFC 6455 section 5.5.2). */
  ping(): void {
    if (this.#isOpen && !this.#isClosing) this.#write(frame(OPCODE.ping, NOTHING));
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

  arrived(bytes: Buffer): void {
    if (this.#impairment === null) {
      // After the end of the connection only the end of its socket is awaited.
      if (!this.#over) this.#read(bytes);
      return;
    }
    this.#impairment.bytesIn(Buffer.from(bytes), (passed) => {
      this.#read(passed);
      this.#regulate();
    });
    this.#regulate();
  }

  broke(error: Error): void {
    this.#end(signalOf(error), Buffer.from(ioErrorWords(error)));
  }

  peerEnded(): void {
    this.#end(NETWORK.reset, NOTHING);
  }

  /** Resumes or pauses the socket as the impairment requires. */
  #regulate(): void {
    const reads = this.#impairment === null || this.#impairment.reads;
    if (reads !== this.#socket.isPaused()) return;
    if (reads) this.#socket.resume();
    else this.#socket.pause();
  }

  /** @param bytes bytes that are overwritten after the call */
  #read(bytes: Buffer): void {
    if (this.#head === null) return this.#receive(bytes);
    const head = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes]);
    const answer = readUpgradeAnswer(head, this.#form, this.#key);
    if (answer.kind === 'incomplete') {
      this.#head = head === bytes ? Buffer.from(bytes) : head;
      return;
    }
    this.#events.wire?.answer(Buffer.from(head));
    this.#head = null;
    if (answer.kind === 'refused') {
      this.#end(answer.signal, Buffer.from(answer.said), answer.retryAfter ?? null);
      return;
    }
    if (answer.deflate !== undefined) this.#deflate = new Deflate(answer.deflate);
    this.#open(answer.rest);
  }

  #open(rest: Buffer): void {
    this.#isOpen = true;
    this.#key = '';
    // What the client sends at once leaves in one write: between two, a busy machine may let the peer answer the first.
    const socket = this.#socket;
    socket.cork();
    this.#events.opened(this.#client);
    socket.uncork();
    if (rest.length > 0) this.#receive(rest);
  }

  #receive(bytes: Buffer): void {
    if (!this.#isOpen) return;
    if (!this.#over && this.#impairment?.hears !== false) this.#events.heard(this.#client);
    if (this.#receiver === null && this.#impairment === null) {
      const conclusion = readCloseFrame(bytes);
      if (conclusion !== null) return this.#conclude(conclusion.code, conclusion.reason);
    }
    this.#receiver ??= this.#makeReceiver();
    this.#receiver.write(Buffer.from(bytes));
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
    receiver.on('conclude', (code, reason) => this.#conclude(code, reason));
    receiver.on('error', (error) => this.#end(NETWORK.badFrame, Buffer.from(frameErrorWords(error))));
    return receiver;
  }

  #conclude(code: number, reason: Buffer): void {
    this.#close(code === NO_STATUS ? NORMAL_CLOSURE : code);
    if (this.#impairment === null) this.#reportEnd(code, reason);
    else this.#impairment.closeFrameIn(() => this.#reportEnd(code, reason));
  }

  #deliver(message: Buffer, isBinary: boolean): void {
    if (!this.#over) this.#events.message(this.#client, message, isBinary);
  }

  /** Sends a close frame, once, and gives the peer CLOSING_MS to end the TCP connection (RFC 6455 section 7.1.1). */
  #close(code: number): void {
    if (this.#isClosing || this.#socket.destroyed) return;
    this.#isClosing = true;
    this.#write(closeFrame(code));
    cutLater(this);
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

  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  /** Ends the socket, as soon as an impairment lets it. */
  cut(): void {
    if (this.#impairment === null) this.#socket.destroy();
    else this.#impairment.hangUp(() => this.#socket.destroy());
  }

  closed(): void {
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
