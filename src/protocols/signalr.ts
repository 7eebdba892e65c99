/**
 * ASP.NET Core SignalR's JSON hub protocol, version 1
 * (https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/HubProtocol.md), as @microsoft/signalr 10.0.11
 * speaks it. Each record ends with the byte 0x1e; a frame may have several. Commands have their number as invocation id.
 */
import { isMapping } from '../core/codec/object.ts';
import { isEmptyMatch } from '../core/protocol/match.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import type { SignalrProtocol } from '../core/protocol/signalr.ts';
import { NETWORK } from '../core/signal.ts';
import { join as joined } from '../core/template/join.ts';
import { fill, inJson, type Template } from '../core/template/template.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import type { DialStep } from './dial-step.ts';
import { CompiledMatch } from './json-match.ts';
import { parseJson } from './parse-json.ts';
import { connectPath, NEGOTIATE } from './signalr-negotiation.ts';
import { appended } from './stream.ts';

/** Types of messages. */
const TYPE = {
  invocation: 1,
  streamItem: 2,
  completion: 3,
  streamInvocation: 4,
  cancelInvocation: 5,
  ping: 6,
  close: 7,
  ack: 8,
  sequence: 9,
} as const;

const SEPARATOR_BYTE = 0x1e;
const SEPARATOR = '\x1e';
const HANDSHAKE = `{"protocol":"json","version":1}${SEPARATOR}`;
const PING_RECORD = '{"type":6}';
const PING = `${PING_RECORD}${SEPARATOR}`;

/** Most bytes of a record whose end has not come. */
const MAX_RECORD_BYTES = 1 << 20;

/** Invocation id of the join, which no command has. */
const JOIN_ID = 'join';
const COMMAND_ID = /^\d{1,10}$/;

/** Places of a connection in its handshake: `view.step`. */
const STEP = { connecting: 0, connected: 1, joining: 2, ready: 3 } as const;

export function signalrCodec(protocol: SignalrProtocol, shape: ProtocolShape): Codec {
  return new SignalrCodec(protocol, shape);
}

type Fields = Readonly<Record<string, unknown>>;

class SignalrCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[] = [];
  readonly dialSteps: readonly DialStep[];
  /** null: clients join nothing */
  readonly #join: Template | null;
  readonly #command: Template;
  readonly #refused: CompiledMatch;
  /** null: no message says that the token has expired */
  readonly #expired: CompiledMatch | null;

  constructor(protocol: SignalrProtocol, shape: ProtocolShape) {
    const { method, join, refused, expired, skipNegotiation } = protocol;
    this.shape = shape;
    this.dialSteps = skipNegotiation ? [] : [NEGOTIATE];
    this.#join = join && invocation(JOIN_ID, join.method, join.arguments);
    this.#command = invocation({ kind: 'seq' }, method, protocol.arguments);
    this.#refused = new CompiledMatch(refused);
    this.#expired = isEmptyMatch(expired) ? null : new CompiledMatch(expired);
  }

  path(path: string, view: ClientView): string {
    return connectPath(path, view.session);
  }

  /** The token travels in HTTP requests. */
  authenticate(): Outgoing {
    return HANDSHAKE;
  }

  renew(): Outgoing | null {
    return null;
  }

  join(view: ClientView): Outgoing | null {
    if (this.#join === null || view.step === STEP.ready) return null;
    view.step = STEP.joining;
    return fill(this.#join, view.holes, inJson);
  }

  command(view: ClientView, seq: number): Outgoing {
    view.holes.seq = seq;
    return fill(this.#command, view.holes, inJson);
  }

  ping(): Outgoing | null {
    return PING;
  }

  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound, from: number): number {
    if (isBinary) return data.length;
    const end = data.indexOf(SEPARATOR_BYTE, from);
    if (end === -1) return keepRest(data, view, into, from);
    if (view.rest === null) this.#record(data, from, end, view, into);
    else {
      const whole = appended(view.rest, data, from, end);
      view.rest = null;
      this.#record(whole, 0, whole.length, view, into);
    }
    return end + 1;
  }

  #record(data: Buffer, from: number, to: number, view: ClientView, into: Inbound): void {
    if (isPing(data, from, to)) {
      into.kind = INBOUND.ping;
      return;
    }
    const message = parseJson(data, from, to);
    if (!isMapping(message)) return;
    if (view.step === STEP.connecting) shakenHands(message, view, into);
    else this.#message(message, view, into);
  }

  #message(message: Fields, view: ClientView, into: Inbound): void {
    switch (message.type) {
      case TYPE.completion:
        return this.#completed(message, view, into);
      case TYPE.close:
        return this.#closed(message, into);
      case TYPE.ping:
        into.kind = INBOUND.ping;
        return;
      case TYPE.invocation:
        return invoked(message, into);
      case TYPE.streamItem:
      case TYPE.streamInvocation:
      case TYPE.cancelInvocation:
      case TYPE.ack:
      case TYPE.sequence:
        into.kind = INBOUND.known;
        return;
      default:
    }
  }

  #completed(message: Fields, view: ClientView, into: Inbound): void {
    const { invocationId: id, error } = message;
    if (typeof id !== 'string') return;
    const failed = typeof error === 'string';
    if (COMMAND_ID.test(id)) {
      into.seq = Number(id);
      const isRefused = failed || (!this.#refused.isEmpty && this.#refused.holds('', message));
      into.kind = isRefused ? INBOUND.commandRefused : INBOUND.ack;
      if (isRefused && this.#saysExpired(message)) into.advice = 'refresh';
    } else if (id === JOIN_ID && view.step === STEP.joining) {
      if (!failed) view.step = STEP.ready;
      into.kind = failed ? INBOUND.joinRefused : INBOUND.joined;
      into.signal = NETWORK.authRefused;
      if (failed && this.#saysExpired(message)) into.advice = 'refresh';
    }
  }

  #closed(message: Fields, into: Inbound): void {
    into.kind = INBOUND.closing;
    into.signal = NETWORK.serverDisconnect;
    if (message.allowReconnect === true) into.advice = this.#saysExpired(message) ? 'refresh' : 'retry';
  }

  #saysExpired(message: Fields): boolean {
    if (this.#expired === null) return false;
    return this.#expired.holds(typeof message.error === 'string' ? message.error : '', message);
  }
}

/** Keeps the beginning of a record whose end comes in a later frame. */
function keepRest(data: Buffer, view: ClientView, into: Inbound, from: number): number {
  const before = view.rest?.length ?? 0;
  if (before + data.length - from > MAX_RECORD_BYTES) {
    view.rest = null;
    into.kind = INBOUND.closing;
    into.signal = NETWORK.badFrame;
    return data.length;
  }
  view.rest = appended(view.rest, data, from, data.length);
  into.kind = INBOUND.known;
  return data.length;
}

function isPing(data: Buffer, from: number, to: number): boolean {
  return to - from === PING_RECORD.length && data.toString('latin1', from, to) === PING_RECORD;
}

/** Reads the answer to the handshake. An attempt that it refuses counts as failed, and is tried again as after any failure. */
function shakenHands({ type, error }: Fields, view: ClientView, into: Inbound): void {
  if (type !== undefined) {
    into.kind = INBOUND.refused;
    into.signal = NETWORK.badHandshake;
    into.advice = 'retry';
  } else if (typeof error === 'string' && error !== '') {
    into.kind = INBOUND.refused;
    into.signal = NETWORK.authRefused;
    into.advice = 'retry';
  } else {
    view.step = STEP.connected;
    into.kind = INBOUND.authenticated;
    // The library sends its first ping at once.
    into.reply = PING;
  }
}

/** Answers a call of the server that waits for a result, which no client has. */
function invoked({ invocationId: id }: Fields, into: Inbound): void {
  into.kind = INBOUND.known;
  if (typeof id !== 'string' || id === '') return;
  const answer = { type: TYPE.completion, invocationId: id, error: "Client didn't provide a result." };
  into.reply = JSON.stringify(answer) + SEPARATOR;
}

function invocation(id: string | { readonly kind: 'seq' }, method: string, args: Template): Template {
  const head = `","target":${JSON.stringify(method)},"arguments":[`;
  return joined(`{"type":${TYPE.invocation},"invocationId":"`, id, head, args, `]}${SEPARATOR}`);
}
