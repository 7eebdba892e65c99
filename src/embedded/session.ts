import type { Socket } from 'node:net';
import { WebSocket, type RawData } from 'ws';
import type { DropMode } from '../core/fault/drop.ts';
import { CLOSE, type CloseNotice } from '../core/server/closes.ts';
import { expiryStepAt, noticeIsNext } from '../core/server/expiry.ts';
import { UNAUTHENTICATED } from '../core/server/unauthorized.ts';
import { wall, type WallMs } from '../core/time/instant.ts';
import type { TokenFlaw, Verdict } from '../jwt/verify.ts';
import type { EmbeddedTarget } from '../scenario/scenario.ts';
import type { Acknowledge } from './effects.ts';
import { readFrame, type ClientFrame, type CommandRefusal, type GatewayFrame } from './frames.ts';

/** Settings of how a gateway treats its connections. */
export type SessionBehaviour = Pick<
  EmbeddedTarget,
  'onExpiry' | 'reauthentication' | 'beforeAuth' | 'badToken' | 'closes'
>;

/** The verdict on a valid token. */
export type Admission = Verdict & { readonly ok: true };

type CommandFrame = ClientFrame & { readonly type: 'command' };

/** What a session needs from its gateway. */
export interface SessionHost {
  /** Returns the time by the gateway's clock. */
  now(): WallMs;
  readonly behaviour: SessionBehaviour;
  verify(token: string): Promise<Verdict>;
  /** Returns whether the gateway knows that this client's session is over. */
  isRevoked(client: number): boolean;
  /** Returns whether the gateway checks each command and knows that this client may not send any. */
  forbids(client: number): boolean;
  /** Carries a command out; false: the ledger is full. */
  command(session: Session, command: CommandFrame, acknowledge: Acknowledge): boolean;
  /** Calls `session.wake()` at that instant; Infinity: never. */
  wakeAt(session: Session, at: WallMs): void;
  ready(session: Session): void;
  anonymous(): void;
  ended(session: Session): void;
}

/** Longest time that an open socket may take to authenticate by its first message, ms. */
const AUTHENTICATE_WITHIN_MS = 10_000;

/** Most bytes of answers that a client may leave unread before its connection is ended. */
const MAX_UNREAD_BYTES = 1 << 20;

/** A frame with all reserved bits and a reserved opcode, at which the client fails the connection (RFC 6455 section 5.2). */
const GARBAGE = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);

/** One open WebSocket: ready until it ends, but at first unauthenticated where the token travels in a message. */
export class Session {
  readonly slot: number;
  readonly #host: SessionHost;
  readonly #socket: WebSocket;
  readonly #tcp: Socket;
  readonly #acknowledge: Acknowledge = (id, duplicate) =>
    this.#send(duplicate ? { type: 'ack', id, duplicate } : { type: 'ack', id });
  #client = UNAUTHENTICATED;
  #anonymous = false;
  #readySince = Infinity;
  /** rights of the connection's token */
  #mayCommand = false;
  #expiresAt = wall(Infinity);
  #tokenExpiresAt = wall(Infinity);
  #warned = false;
  #verifying = false;
  /** newest token that arrived while another was being verified */
  #waiting: string | null = null;

  /** @param tcp TCP socket below `socket`, on which a reset is sent */
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

  /** The client of the connection; UNAUTHENTICATED until it is authenticated. */
  get client(): number {
    return this.#client;
  }

  get ready(): boolean {
    return this.#client !== UNAUTHENTICATED && this.open;
  }

  /** When it became ready, by `performance.now()`; Infinity: it never was. */
  get readySince(): number {
    return this.#readySince;
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Whether the session's token gives the right to send commands. */
  get mayCommand(): boolean {
    return this.#mayCommand;
  }

  /** Expiry of the newest valid token that the client presented, whether or not the gateway follows it. */
  get tokenExpiresAt(): WallMs {
    return this.#tokenExpiresAt;
  }

  /** Accepts a verified token: the first, or a newer one of the same client. */
  admit({ client, expiresAt, mayCommand }: Admission): void {
    const first = this.#client === UNAUTHENTICATED;
    this.#tokenExpiresAt = expiresAt;
    if (!first && this.#host.behaviour.reauthentication === 'ignored') return;
    this.#client = client;
    this.#mayCommand = mayCommand;
    this.#expiresAt = expiresAt;
    this.#warned = false;
    if (first) {
      this.#readySince = performance.now();
      this.#host.ready(this);
    }
    this.#planExpiry();
  }

  /** Continues as anonymous although the token was bad. */
  admitAnonymous(): void {
    this.#anonymous = true;
    this.#host.wakeAt(this, wall(Infinity));
    this.#host.anonymous();
  }

  awaitAuthentication(): void {
    this.#host.wakeAt(this, wall(this.#host.now() + AUTHENTICATE_WITHIN_MS));
  }

  /** Acts on the deadline that was set with `wakeAt`. */
  wake(): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#client === UNAUTHENTICATED) return this.close(CLOSE.unauthenticated);
    // The clock alone decides, since it may have been set back since the deadline was planned.
    if (this.#host.now() < this.#stepAt) this.#planExpiry();
    else if (noticeIsNext(this.#host.behaviour.onExpiry, this.#warned)) this.#warn(this.#expiresAt);
    else this.close(CLOSE.tokenExpired);
  }

  /** Plans the deadline again after a change of the gateway's clock. */
  replan(): void {
    if (this.ready) this.#planExpiry();
  }

  /** Ends the connection, with the notice unless `closes` is `bare`. */
  close(notice: CloseNotice): void {
    if (this.#host.behaviour.closes === 'guided') return this.closeSaying(notice);
    this.#host.wakeAt(this, wall(Infinity));
    this.terminate();
  }

  /** Ends the connection with a close frame, even where `closes` is `bare`. */
  closeSaying({ code, reason }: Pick<CloseNotice, 'code' | 'reason'>): void {
    this.#host.wakeAt(this, wall(Infinity));
    this.#socket.close(code, reason);
  }

  /** Ends the connection in the way of a `drop` fault. */
  drop(mode: DropMode): void {
    if (mode.kind === 'reset') this.#tcp.resetAndDestroy();
    else if (mode.kind === 'garbage') this.#tcp.write(GARBAGE);
    else this.closeSaying(mode);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  get #stepAt(): WallMs {
    return wall(expiryStepAt(this.#host.behaviour.onExpiry, this.#expiresAt, this.#warned));
  }

  #planExpiry(): void {
    this.#host.wakeAt(this, this.#stepAt);
  }

  #warn(expiresAt: WallMs): void {
    this.#warned = true;
    const graceMs = Math.max(0, expiresAt - this.#host.now());
    this.#send({ type: 'expiring', advice: 'refresh', expiresAt, graceMs });
    this.#planExpiry();
  }

  #onMessage(data: RawData, binary: boolean): void {
    // A message that arrives after the gateway has begun to close is ignored.
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (binary || !Buffer.isBuffer(data)) return this.close(CLOSE.binary);
    const frame = readFrame(data.toString());
    if (frame === undefined) return this.close(CLOSE.badFrame);
    if (frame.type === 'authenticate') void this.#authenticate(frame.token);
    else this.#onCommand(frame);
  }

  /** Verifies one token at a time, then the newest that waits: verification costs more than sending a token. */
  async #authenticate(token: string): Promise<void> {
    this.#waiting = token;
    if (this.#verifying) return;
    this.#verifying = true;
    for (let next: string | null = token; next !== null && this.open; next = this.#waiting) {
      this.#waiting = null;
      this.#onVerdict(await this.#host.verify(next));
    }
    this.#verifying = false;
  }

  #onVerdict(verdict: Verdict): void {
    if (!this.open) return;
    if (!verdict.ok) return this.#onBadToken(verdict.flaw);
    if (this.#client !== UNAUTHENTICATED && verdict.client !== this.#client) {
      this.#send({ type: 'error', code: 'subject-changed' });
      return this.close(CLOSE.subjectChanged);
    }
    if (this.#host.isRevoked(verdict.client)) return this.close(CLOSE.sessionRevoked);
    this.admit(verdict);
    this.#send({ type: 'authenticated', expiresAt: verdict.expiresAt });
  }

  #onBadToken(flaw: TokenFlaw): void {
    const isUnauthenticated = this.#client === UNAUTHENTICATED;
    if (isUnauthenticated && this.#host.behaviour.badToken === 'anonymous') {
      if (!this.#anonymous) this.admitAnonymous();
      return this.#send({ type: 'authenticated', anonymous: true });
    }
    this.#send({ type: 'error', code: 'invalid-token', flaw, advice: 'refresh' });
    if (isUnauthenticated) this.close(CLOSE.invalidToken);
  }

  #onCommand(command: CommandFrame): void {
    const { id, client } = command;
    if (this.#client === UNAUTHENTICATED) {
      if (this.#host.behaviour.beforeAuth === 'refused') return this.#declineUnauthenticated(id);
    } else if (client !== this.#client) {
      return this.#decline('not-your-command', id);
    } else if (!this.#mayCommand || this.#host.forbids(client)) {
      return this.#decline('forbidden', id);
    }
    if (!this.#host.command(this, command, this.#acknowledge)) this.#decline('ledger-full', id);
  }

  #declineUnauthenticated(id: string): void {
    if (this.#anonymous) this.#decline('unauthenticated', id);
    else this.close(CLOSE.unauthenticated);
  }

  #decline(code: CommandRefusal, id: string): void {
    this.#send({ type: 'error', code, id });
  }

  #send(frame: GatewayFrame): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_UNREAD_BYTES) return this.#socket.terminate();
    this.#socket.send(JSON.stringify(frame));
  }
}
