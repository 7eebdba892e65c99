import type { Socket } from 'node:net';
import { WebSocket, type RawData } from 'ws';
import type { DropMode } from '../core/fault/drop.ts';
import { CLOSE, type CloseNotice } from '../core/server/closes.ts';
import { expiryStepAt, noticeIsNext } from '../core/server/expiry.ts';
import { NOBODY } from '../core/server/unauthorized.ts';
import { wall, type WallMs } from '../core/time/instant.ts';
import type { TokenFlaw, Verdict } from '../jwt/verify.ts';
import type { EmbeddedTarget } from '../scenario/scenario.ts';
import type { Acknowledge } from './effects.ts';
import { readFrame, type ClientFrame, type CommandRefusal, type GatewayFrame } from './frames.ts';

/** How a gateway treats its connections. */
export type SessionConduct = Pick<
  EmbeddedTarget,
  'onExpiry' | 'reauthentication' | 'beforeAuth' | 'badToken' | 'closes'
>;

/** A token's verdict when it is good. */
export type Admission = Verdict & { readonly ok: true };

type CommandFrame = ClientFrame & { readonly type: 'command' };

/** What a session needs of the gateway that it lives in. */
export interface SessionHost {
  /** what the gateway takes for the time */
  now(): WallMs;
  readonly behaviour: SessionConduct;
  verify(token: string): Promise<Verdict>;
  /** has the gateway heard that this client's session is over? */
  isRevoked(client: number): boolean;
  /** does the gateway look at each command, and has it heard that this client may not issue any? */
  forbids(client: number): boolean;
  /** false when the ledger is full */
  command(session: Session, command: CommandFrame, acknowledge: Acknowledge): boolean;
  /** calls `session.wake()` once that instant has come; Infinity: not at all */
  wakeAt(session: Session, at: WallMs): void;
  ready(session: Session): void;
  anonymous(): void;
  ended(session: Session): void;
}

/** How long an open socket may take to authenticate by its first message. */
const AUTHENTICATE_WITHIN_MS = 10_000;

/** Bytes of answers that a client may leave unread before it is cut off. */
const MAX_UNREAD_BYTES = 1 << 20;

/** A frame with all reserved bits set and a reserved opcode: whoever reads it fails the connection (RFC 6455 section 5.2). */
const GARBAGE = Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);

/** One open WebSocket: unauthenticated at first where the token travels as a message, then ready until it ends. */
export class Session {
  readonly slot: number;
  readonly #host: SessionHost;
  readonly #socket: WebSocket;
  readonly #tcp: Socket;
  readonly #acknowledge: Acknowledge = (id, duplicate) =>
    this.#send(duplicate ? { type: 'ack', id, duplicate } : { type: 'ack', id });
  #client = NOBODY;
  #anonymous = false;
  #readySince = Infinity;
  /** what the connection's token lets it do, and until when */
  #mayCommand = false;
  #expiresAt = wall(Infinity);
  #tokenExpiresAt = wall(Infinity);
  #warned = false;
  #verifying = false;
  /** the newest token that came while another was being verified */
  #waiting: string | null = null;

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

  /** The client of the connection; NOBODY until it is authenticated. */
  get client(): number {
    return this.#client;
  }

  get ready(): boolean {
    return this.#client !== NOBODY && this.open;
  }

  /** When it became ready, by `performance.now()`; Infinity: it never was. */
  get readySince(): number {
    return this.#readySince;
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Does its token let it issue commands? */
  get mayCommand(): boolean {
    return this.#mayCommand;
  }

  /** When the newest token runs out that it presented and that was good; whether or not the gateway goes by it. */
  get tokenExpiresAt(): WallMs {
    return this.#tokenExpiresAt;
  }

  /** Accepts a verified token: the first, or a newer one of the same client. */
  admit({ client, expiresAt, mayCommand }: Admission): void {
    const first = this.#client === NOBODY;
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

  /** Goes on as nobody's, although its token was no good. */
  admitAnonymous(): void {
    this.#anonymous = true;
    this.#host.wakeAt(this, wall(Infinity));
    this.#host.anonymous();
  }

  awaitAuthentication(): void {
    this.#host.wakeAt(this, wall(this.#host.now() + AUTHENTICATE_WITHIN_MS));
  }

  /** The instant has come that was asked for with `wakeAt`. */
  wake(): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#client === NOBODY) return this.close(CLOSE.unauthenticated);
    // The clock may have been set back since the deadline was: it alone decides.
    if (this.#host.now() < this.#stepAt) this.#planExpiry();
    else if (noticeIsNext(this.#host.behaviour.onExpiry, this.#warned)) this.#warn(this.#expiresAt);
    else this.close(CLOSE.tokenExpired);
  }

  /** The gateway's clock was set: deadlines that go by it have moved. */
  replan(): void {
    if (this.ready) this.#planExpiry();
  }

  /** The gateway ends the connection, and says why if it ever does. */
  close(notice: CloseNotice): void {
    if (this.#host.behaviour.closes === 'guided') return this.closeSaying(notice);
    this.#host.wakeAt(this, wall(Infinity));
    this.terminate();
  }

  /** Ends it with a close frame, also where the gateway itself never sends one. */
  closeSaying({ code, reason }: Pick<CloseNotice, 'code' | 'reason'>): void {
    this.#host.wakeAt(this, wall(Infinity));
    this.#socket.close(code, reason);
  }

  /** Ends the connection as a fault has it. */
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
    // A message may arrive after the gateway has begun to close: it is as if it had come too late.
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (binary || !Buffer.isBuffer(data)) return this.close(CLOSE.binary);
    const frame = readFrame(data.toString());
    if (frame === undefined) return this.close(CLOSE.badFrame);
    if (frame.type === 'authenticate') void this.#authenticate(frame.token);
    else this.#onCommand(frame);
  }

  /** One at a time, and the newest of those that wait: verification costs the gateway more than the frame its sender. */
  async #authenticate(token: string): Promise<void> {
    this.#waiting = token;
    if (this.#verifying) return;
    this.#verifying = true;
    for (let next: string | null = token; next !== null && this.open; next = this.#waiting) {
      this.#waiting = null;
      this.#judge(await this.#host.verify(next));
    }
    this.#verifying = false;
  }

  #judge(verdict: Verdict): void {
    if (!this.open) return;
    if (!verdict.ok) return this.#distrust(verdict.flaw);
    if (this.#client !== NOBODY && verdict.client !== this.#client) {
      this.#send({ type: 'error', code: 'subject-changed' });
      return this.close(CLOSE.subjectChanged);
    }
    if (this.#host.isRevoked(verdict.client)) return this.close(CLOSE.sessionRevoked);
    this.admit(verdict);
    this.#send({ type: 'authenticated', expiresAt: verdict.expiresAt });
  }

  #distrust(flaw: TokenFlaw): void {
    const nobody = this.#client === NOBODY;
    if (nobody && this.#host.behaviour.badToken === 'anonymous') {
      if (!this.#anonymous) this.admitAnonymous();
      return this.#send({ type: 'authenticated', anonymous: true });
    }
    this.#send({ type: 'error', code: 'invalid-token', flaw, advice: 'refresh' });
    if (nobody) this.close(CLOSE.invalidToken);
  }

  #onCommand(command: CommandFrame): void {
    const { id, client } = command;
    if (this.#client === NOBODY) {
      if (this.#host.behaviour.beforeAuth === 'refused') return this.#declineNobody(id);
    } else if (client !== this.#client) {
      return this.#decline('not-your-command', id);
    } else if (!this.#mayCommand || this.#host.forbids(client)) {
      return this.#decline('forbidden', id);
    }
    if (!this.#host.command(this, command, this.#acknowledge)) this.#decline('ledger-full', id);
  }

  #declineNobody(id: string): void {
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
