import type { Socket } from 'node:net';
import { WebSocket, type RawData } from 'ws';
import type { DropFault } from '../core/fault/fault.ts';
import { wall, type WallMs } from '../core/time/instant.ts';
import type { Verdict } from '../jwt/verify.ts';
import type { ExpiryConduct } from '../scenario/scenario.ts';
import type { Acknowledge } from './effects.ts';
import { expiryStep } from './expiry.ts';
import { CLOSE, readFrame, type ClientFrame, type CloseNotice, type GatewayFrame } from './frames.ts';

/** What a session needs of the gateway that it lives in. */
export interface SessionHost {
  readonly onExpiry: ExpiryConduct;
  verify(token: string): Promise<Verdict>;
  /** false when the ledger is full */
  command(client: number, seq: number, id: string, acknowledge: Acknowledge): boolean;
  /** calls `session.wake()` once that instant has come; undefined: not at all */
  wakeAt(session: Session, at: WallMs | undefined): void;
  ready(session: Session): void;
  ended(session: Session): void;
}

/** How long an open socket may take to authenticate by its first message. */
const AUTHENTICATE_WITHIN_MS = 10_000;

/** Bytes of answers that a client may leave unread before it is cut off. */
const MAX_UNREAD_BYTES = 1 << 20;

/** One open WebSocket: unauthenticated at first where the token travels as a message, then ready until it ends. */
export class Session {
  readonly slot: number;
  readonly #host: SessionHost;
  readonly #socket: WebSocket;
  readonly #tcp: Socket;
  readonly #acknowledge: Acknowledge = (id, duplicate) =>
    this.#send(duplicate ? { type: 'ack', id, duplicate } : { type: 'ack', id });
  #client = -1;
  #expiresAt = wall(Infinity);
  #warned = false;
  #verifying = false;

  /** @param tcp what lies below `socket`; a reset is sent on it */
  constructor(host: SessionHost, slot: number, socket: WebSocket, tcp: Socket) {
    this.slot = slot;
    this.#host = host;
    this.#socket = socket;
    this.#tcp = tcp;
    socket.on('message', (data, binary) => this.#onMessage(data, binary));
    socket.on('close', () => host.ended(this));
    // ws ends the connection itself after a protocol error; without a listener the event would end the process.
    socket.on('error', () => {});
  }

  /** Whose connection it is; -1 until it is authenticated. */
  get client(): number {
    return this.#client;
  }

  get ready(): boolean {
    return this.#client !== -1 && this.#socket.readyState === WebSocket.OPEN;
  }

  /** Accepts a verified token: the first, or a newer one of the same client. */
  admit(client: number, expiresAt: WallMs): void {
    const first = this.#client === -1;
    this.#client = client;
    this.#expiresAt = expiresAt;
    this.#warned = false;
    if (first) this.#host.ready(this);
    this.#planExpiry();
  }

  awaitAuthentication(): void {
    this.#host.wakeAt(this, wall(Date.now() + AUTHENTICATE_WITHIN_MS));
  }

  /** The instant has come that was asked for with `wakeAt`. */
  wake(): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#client === -1) return this.close(CLOSE.unauthenticated);
    const step = expiryStep(this.#host.onExpiry, this.#expiresAt, this.#warned);
    // The wall clock may have been set back since the deadline was: it alone decides.
    if (step === undefined || Date.now() < step.at) this.#planExpiry();
    else if (step.act === 'warn') this.#warn(this.#expiresAt);
    else this.close(CLOSE.tokenExpired);
  }

  close(notice: CloseNotice): void {
    this.#host.wakeAt(this, undefined);
    this.#socket.close(notice.code, notice.reason);
  }

  /** Ends the connection as a fault has it. */
  drop(mode: DropFault['mode']): void {
    if (mode === 'reset') this.#tcp.resetAndDestroy();
    else this.close(mode);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  #planExpiry(): void {
    this.#host.wakeAt(this, expiryStep(this.#host.onExpiry, this.#expiresAt, this.#warned)?.at);
  }

  #warn(expiresAt: WallMs): void {
    this.#warned = true;
    const graceMs = Math.max(0, expiresAt - Date.now());
    this.#send({ type: 'expiring', advice: 'refresh', expiresAt, graceMs });
    this.#planExpiry();
  }

  #onMessage(data: RawData, binary: boolean): void {
    // A message may arrive after the gateway has begun to close: it is as if it had come too late.
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (binary || !Buffer.isBuffer(data)) return this.close(CLOSE.binary);
    const frame = readFrame(data.toString());
    if (frame === undefined) return this.close(CLOSE.badFrame);
    if (frame.type === 'authenticate') void this.#authenticate(frame.token);
    else this.#onCommand(frame);
  }

  async #authenticate(token: string): Promise<void> {
    // One at a time: verification costs the gateway more than the frame costs its sender.
    if (this.#verifying) return this.close(CLOSE.badFrame);
    this.#verifying = true;
    const verdict = await this.#host.verify(token);
    this.#verifying = false;
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (!verdict.ok) {
      this.#send({ type: 'error', code: 'invalid-token', flaw: verdict.flaw, advice: 'refresh' });
      if (this.#client === -1) this.close(CLOSE.invalidToken);
    } else if (this.#client !== -1 && verdict.client !== this.#client) {
      this.#send({ type: 'error', code: 'subject-changed' });
      this.close(CLOSE.subjectChanged);
    } else {
      this.admit(verdict.client, verdict.expiresAt);
      this.#send({ type: 'authenticated', expiresAt: verdict.expiresAt });
    }
  }

  #onCommand({ id, client, seq }: ClientFrame & { type: 'command' }): void {
    if (this.#client === -1) return this.close(CLOSE.unauthenticated);
    if (client !== this.#client) return this.#send({ type: 'error', code: 'not-your-command', id });
    if (!this.#host.command(client, seq, id, this.#acknowledge)) this.#send({ type: 'error', code: 'ledger-full', id });
  }

  #send(frame: GatewayFrame): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_UNREAD_BYTES) return this.#socket.terminate();
    this.#socket.send(JSON.stringify(frame));
  }
}
