/**
 * STOMP 1.2 (https://stomp.github.io/stomp-specification-1.2.html) over WebSocket, and the earlier versions that it includes.
 *
 * A frame is a command, headers, an empty line, a body and NUL. A message of WebSocket may hold several frames, heart-beats
 * (a bare end of line) or a part of a frame. The receipt of a command is its number.
 */
import type { Advice } from '../core/policy/advice.ts';
import { isEmptyMatch } from '../core/protocol/match.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import type { StompProtocol } from '../core/protocol/stomp.ts';
import { NETWORK } from '../core/signal.ts';
import { join } from '../core/template/join.ts';
import { fill, inJson, type Template } from '../core/template/template.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import { commandNumber } from './command-id.ts';
import { CompiledMatch, type Keys, keysOf, valueAt } from './json-match.ts';
import { parseJson } from './parse-json.ts';
import { escapedTemplate, frameEnd, headersOf, inConnect, inStomp, type StompHeaders } from './stomp-frame.ts';
import { appended } from './stream.ts';

const NUL = 0;
const LF = 0x0a;
const CR = 0x0d;
const LETTER_A = 0x41;
const LETTER_Z = 0x5a;
const HEARTBEAT = '\n';

/** Places of a connection: `view.step`. */
const STEP = { connecting: 0, connected: 1, subscribing: 2, subscribed: 3 } as const;

/** Receipt and id of the subscription; receipts of commands are numbers. */
const SUBSCRIPTION = 's';
const RECEIPT_ID = /^\d{1,10}$/;
const HEARTBEATS = /^\s*(\d{1,9})\s*,\s*(\d{1,9})\s*$/;

/** Most bytes of a frame that is not complete yet. */
const MAX_REST_BYTES = 262_144;
/** Interval that stands for no heart-beats, ms. */
const NEVER_MS = 86_400_000;
/** Intervals without a heart-beat after which stompjs 7.5.0 gives a connection up (`heartbeatGracePeriods`). */
const GRACE_PERIODS = 2;

export function stompCodec(protocol: StompProtocol, shape: ProtocolShape): Codec {
  return new StompCodec(protocol, shape);
}

class StompCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols = ['v12.stomp', 'v11.stomp', 'v10.stomp'];
  readonly dialSteps = [];
  readonly #connect: Template;
  /** a command until its receipt, or until its length */
  readonly #send: Template;
  readonly #body: Template;
  /** null: none */
  readonly #subscribe: Template | null;
  readonly #awaitsReceipt: boolean;
  readonly #outgoingMs: number;
  readonly #incomingMs: number;
  /** null: commands are acknowledged by receipts */
  readonly #ack: CompiledMatch | null;
  readonly #ackId: Keys;
  readonly #errors: readonly { readonly on: CompiledMatch; readonly then: Advice }[];

  constructor(protocol: StompProtocol, shape: ProtocolShape) {
    const { host, connectHeaders, outgoingMs, incomingMs, destination, headers, body, subscribe } = protocol;
    this.shape = shape;
    this.#connect = join(
      `CONNECT\naccept-version:1.2,1.1,1.0\nhost:${host}\nheart-beat:${outgoingMs},${incomingMs}\n`,
      ...Object.entries(connectHeaders).flatMap(([name, value]) => [`${name}:`, value, '\n']),
      '\n\0',
    );
    this.#send = join(
      'SEND\ndestination:',
      escapedTemplate(destination),
      '\n',
      ...Object.entries(headers).flatMap(([name, value]) => [`${inStomp(name)}:`, escapedTemplate(value), '\n']),
    );
    this.#body = body;
    this.#awaitsReceipt = subscribe?.ready === 'receipt';
    this.#subscribe =
      subscribe &&
      join(
        `SUBSCRIBE\nid:${SUBSCRIPTION}\ndestination:`,
        escapedTemplate(subscribe.destination),
        `\nack:auto\n${this.#awaitsReceipt ? `receipt:${SUBSCRIPTION}\n` : ''}\n\0`,
      );
    this.#outgoingMs = outgoingMs;
    this.#incomingMs = incomingMs;
    this.#ack = isEmptyMatch(protocol.ack) ? null : new CompiledMatch(protocol.ack);
    this.#ackId = keysOf(protocol.ackId);
    this.#errors = protocol.errors.map(({ on, then }) => ({ on: new CompiledMatch(on), then }));
  }

  path(path: string): string {
    return path;
  }

  authenticate(token: string, view: ClientView): Outgoing {
    view.holes.token = token;
    return fill(this.#connect, view.holes, inConnect);
  }

  renew(): Outgoing | null {
    return null;
  }

  join(view: ClientView): Outgoing | null {
    if (this.#subscribe === null || !this.#awaitsReceipt || view.step !== STEP.connected) return null;
    view.step = STEP.subscribing;
    return fill(this.#subscribe, view.holes, inStomp);
  }

  command(view: ClientView, seq: number): Outgoing {
    view.holes.seq = seq;
    const body = fill(this.#body, view.holes, inJson);
    const receipt = this.#ack === null ? `receipt:${seq}\n` : '';
    return `${fill(this.#send, view.holes, inStomp)}${receipt}content-length:${Buffer.byteLength(body)}\n\n${body}\0`;
  }

  ping(): Outgoing | null {
    return HEARTBEAT;
  }

  decode(data: Buffer, _isBinary: boolean, view: ClientView, into: Inbound, from: number): number {
    const before = view.rest;
    if (before === null) return this.#decodeAt(data, view, into, from);
    // What was kept has no end, and gets none without NUL.
    if (data.indexOf(NUL, from) === -1) return this.#keep(data, view, into, from);
    const whole = appended(before, data, from, data.length);
    if (whole.length <= MAX_REST_BYTES && frameEnd(whole, 0) === null) {
      into.kind = INBOUND.known;
      view.rest = whole;
      return data.length;
    }
    view.rest = null;
    // What was incomplete ends within the new bytes.
    return from + this.#decodeAt(whole, view, into, 0) - before.length;
  }

  #decodeAt(data: Buffer, view: ClientView, into: Inbound, from: number): number {
    const begin = afterLines(data, from);
    if (begin > from) {
      into.kind = INBOUND.ping;
      return begin;
    }
    // Every command begins with a letter; what does not is none of the protocol, and nothing to wait for.
    if (!(data[from]! >= LETTER_A && data[from]! <= LETTER_Z)) return data.length;
    const bounds = frameEnd(data, from);
    if (bounds === null) return this.#keep(data, view, into, from);
    if (bounds.end === -1) return broken(data, into);
    this.#understand(data, headersOf(data, from, bounds.body), bounds, view, into);
    return bounds.end + 1;
  }

  /** Keeps a part of a frame for the next message. */
  #keep(data: Buffer, view: ClientView, into: Inbound, from: number): number {
    const kept = view.rest?.length ?? 0;
    if (kept + data.length - from > MAX_REST_BYTES) {
      view.rest = null;
      return broken(data, into);
    }
    into.kind = INBOUND.known;
    view.rest = appended(view.rest, data, from, data.length);
    return data.length;
  }

  #understand(
    data: Buffer,
    frame: StompHeaders,
    { body, end }: { readonly body: number; readonly end: number },
    view: ClientView,
    into: Inbound,
  ): void {
    switch (frame.command) {
      case 'RECEIPT':
        return this.#received(frame.value('receipt-id'), view, into);
      case 'MESSAGE':
        into.kind = INBOUND.known;
        return this.#ack === null ? undefined : this.#replied(this.#ack, parseJson(data, body, end), view, into);
      case 'CONNECTED':
        return view.step === STEP.connecting ? this.#connected(frame.value('heart-beat'), view, into) : undefined;
      case 'ERROR':
        into.kind = view.step === STEP.connecting ? INBOUND.refused : INBOUND.closing;
        into.signal = view.step === STEP.connecting ? NETWORK.authRefused : NETWORK.serverDisconnect;
        into.advice = this.#adviceOf(frame);
        return undefined;
      default:
        return undefined;
    }
  }

  #connected(heartbeats: string, view: ClientView, into: Inbound): void {
    into.kind = INBOUND.authenticated;
    view.step = STEP.connected;
    const [, sends = 0, wants = 0] = HEARTBEATS.exec(heartbeats)?.map(Number) ?? [];
    if (this.#incomingMs > 0) into.silenceMs = agreed(this.#incomingMs, sends, GRACE_PERIODS);
    if (this.#outgoingMs > 0) into.pingEveryMs = agreed(this.#outgoingMs, wants, 1);
    if (this.#subscribe === null || this.#awaitsReceipt) return;
    into.reply = fill(this.#subscribe, view.holes, inStomp);
    view.step = STEP.subscribed;
  }

  #received(id: string, view: ClientView, into: Inbound): void {
    if (RECEIPT_ID.test(id)) {
      into.kind = INBOUND.ack;
      into.seq = Number(id);
    } else if (id === SUBSCRIPTION && view.step === STEP.subscribing) {
      view.step = STEP.subscribed;
      into.kind = INBOUND.joined;
    }
  }

  /** Handles a MESSAGE that may acknowledge a command of this client. */
  #replied(ack: CompiledMatch, body: object | null, view: ClientView, into: Inbound): void {
    if (body === null || !ack.holds('', body)) return;
    const seq = commandNumber(valueAt(body, this.#ackId), view.holes.client);
    if (!(seq >= 0)) return;
    into.kind = INBOUND.ack;
    into.seq = seq;
  }

  #adviceOf(frame: StompHeaders): Advice | null {
    const headers = frame.all();
    const text = headers['message'] ?? '';
    return this.#errors.find(({ on }) => on.holds(text, headers))?.then ?? null;
  }
}

/**
 * Returns a number of intervals between the heart-beats of one side, ms: each is the longer of what both sides said, and
 * there are none where one of them said 0.
 */
function agreed(ownMs: number, serverMs: number, intervals: number): number {
  return serverMs === 0 ? NEVER_MS : Math.min(Math.max(ownMs, serverMs) * intervals, NEVER_MS);
}

/** Ends a connection whose frames cannot be told apart any more. */
function broken(data: Buffer, into: Inbound): number {
  into.kind = INBOUND.closing;
  into.signal = NETWORK.badFrame;
  return data.length;
}

/** Returns where the ends of line that begin at `from` end. */
function afterLines(data: Buffer, from: number): number {
  let at = from;
  while (at < data.length && (data[at] === LF || data[at] === CR)) at += 1;
  return at;
}
