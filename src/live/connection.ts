import { isIP, Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Carrier } from '../core/token/carrier.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import { closeFrame, frame, frameReceiver, OPCODE, type FrameReceiver } from './framing.ts';
import { signalOf } from './io-error.ts';
import { freshKey, readUpgradeAnswer, upgradeRequest, type Endpoint } from './upgrade.ts';

/** What becomes of a connection. After `ended`, or once squall has hung up, nothing more is heard of it. */
export interface ConnectionEvents {
  opened(client: number): void;
  message(client: number, data: Buffer): void;
  /** `reason` is the close frame's, as the remote sent it */
  ended(client: number, signal: Signal, reason: Buffer): void;
}

/** How long a closing handshake may take before the socket is destroyed, whatever the peer goes on sending. */
const CLOSING_MS = 2000;
/** Bytes that a peer may leave unread; beyond them, what is sent is lost. */
const MAX_UNREAD_BYTES = 1 << 18;
const NO_REASON = Buffer.alloc(0);

/**
 * One connection of one client: a TCP or TLS socket, the opening handshake, then frames. It lives as long as its
 * socket, and tells its story to `events` until that is over or squall hangs up.
 */
export class Connection {
  readonly #socket: Socket;
  #events: ConnectionEvents | null;
  readonly #client: number;
  #carrier: Carrier;
  #key: string;
  /** bytes of the opening handshake so far; null once the socket is open */
  #head: Buffer | null = NO_REASON;
  #receiver: FrameReceiver | null = null;
  /** a close frame went out: the time that the peer has left to end the connection */
  #closing: NodeJS.Timeout | null = null;

  constructor(client: number, endpoint: Endpoint, carrier: Carrier, token: string, events: ConnectionEvents) {
    this.#client = client;
    this.#carrier = carrier;
    this.#events = events;
    this.#key = freshKey();
    const request = upgradeRequest(endpoint, carrier, token, this.#key);
    const { address, port, hostName } = endpoint;
    if (endpoint.secure) {
      // An address is no server name (RFC 6066 section 3); certificates are then checked against `host`.
      const servername = isIP(hostName) === 0 ? hostName : '';
      this.#socket = connectTls({ host: address, port, servername, ALPNProtocols: ['http/1.1'] });
      this.#socket.once('secureConnect', () => this.#socket.write(request, 'latin1'));
    } else {
      this.#socket = new Socket();
      this.#socket.connect({ host: address, port });
      this.#socket.write(request, 'latin1');
    }
    this.#socket.setNoDelay();
    this.#socket.on('data', (chunk: Buffer) => this.#read(chunk));
    this.#socket.on('error', (error) => this.#end(signalOf(error), NO_REASON));
    // Not only 'close': that waits until the peer has read what it was sent, and it may never.
    this.#socket.on('end', () => this.#end(NETWORK.reset, NO_REASON));
    this.#socket.on('close', () => this.#closed());
  }

  /** Sends a text message; on a connection that is not open it is lost, as a device's would be. */
  send(text: string): void {
    if (this.#receiver === null || this.#closing !== null) return;
    this.#write(frame(OPCODE.text, Buffer.from(text)));
  }

  /** Closes the connection, or abandons the attempt. Nothing is heard of it from now on. */
  hangUp(code: number): void {
    this.#events = null;
    if (this.#receiver === null) this.#socket.destroy();
    else this.#close(code);
  }

  #read(chunk: Buffer): void {
    if (this.#head === null) {
      this.#receiver?.write(chunk);
      return;
    }
    this.#head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk]);
    const answer = readUpgradeAnswer(this.#head, this.#carrier, this.#key);
    if (answer.kind === 'incomplete') return;
    this.#head = null;
    if (answer.kind === 'refused') {
      this.#end(answer.signal, NO_REASON);
      return;
    }
    this.#open(answer.rest);
  }

  #open(rest: Buffer): void {
    const receiver = frameReceiver();
    this.#receiver = receiver;
    this.#key = '';
    receiver.on('message', (data) => this.#events?.message(this.#client, data));
    receiver.on('ping', (data) => this.#write(frame(OPCODE.pong, Buffer.from(data))));
    receiver.on('conclude', (code, reason) => {
      const events = this.#events;
      this.#events = null;
      this.#close(code === 1005 ? 1000 : code);
      events?.ended(this.#client, code, reason);
    });
    receiver.on('error', () => this.#end(NETWORK.badFrame, NO_REASON));
    this.#events?.opened(this.#client);
    if (rest.length > 0) receiver.write(rest);
  }

  /** Sends a close frame, once, and leaves the peer a moment to end the TCP connection (RFC 6455 section 7.1.1). */
  #close(code: number): void {
    if (this.#closing !== null || this.#socket.destroyed) return;
    this.#socket.write(closeFrame(code));
    this.#closing = setTimeout(() => this.#socket.destroy(), CLOSING_MS);
  }

  #write(bytes: Buffer): void {
    if (this.#socket.writableLength <= MAX_UNREAD_BYTES) this.#socket.write(bytes);
  }

  #closed(): void {
    if (this.#closing !== null) clearTimeout(this.#closing);
    this.#end(NETWORK.reset, NO_REASON);
  }

  #end(signal: Signal, reason: Buffer): void {
    this.#socket.destroy();
    const events = this.#events;
    this.#events = null;
    events?.ended(this.#client, signal, reason);
  }
}
