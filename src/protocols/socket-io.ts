/**
 * Socket.IO protocol 5 (https://socket.io/docs/v4/socket-io-protocol/) on Engine.IO 4.
 *
 * A packet is type, number of attachments with `-` (binary types), namespace with `,` (unless it is `/`), id of an
 * acknowledgement, JSON. Commands have their number as the id, which is unique on a connection.
 */
import type { Advice } from '../core/policy/advice.ts';
import { NO_MATCH } from '../core/protocol/match.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import type { SocketIoProtocol } from '../core/protocol/socket-io.ts';
import { NETWORK } from '../core/signal.ts';
import { join } from '../core/template/join.ts';
import { fill, inJson, type Template } from '../core/template/template.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type InboundKind, type Outgoing } from './codec.ts';
import { PollingCodec } from './socket-io-polling.ts';
import { digitsEnd, numberIn } from './digits.ts';
import { enginePath, PACKET, PONG, readOpen } from './engine-io.ts';
import { CompiledMatch } from './json-match.ts';
import { parseJson } from './parse-json.ts';

/** Second bytes of messages. */
const TYPE = {
  connect: 0x30,
  disconnect: 0x31,
  event: 0x32,
  ack: 0x33,
  connectError: 0x34,
  binaryEvent: 0x35,
  binaryAck: 0x36,
} as const;

const COMMA = 0x2c;
const DASH = 0x2d;
const SLASH = 0x2f;

/** Ids of the acknowledgements of a renewal and of an authentication by an event, which no command has. */
const RENEWAL_ID = 4_000_000_000;
const AUTHENTICATION_ID = 4_000_000_001;
const MAX_ID_DIGITS = 10;

/** `view.step` of a connection that has presented its token by an event. */
const PRESENTED = 1;

export function socketIoCodec(protocol: SocketIoProtocol, shape: ProtocolShape): Codec {
  const codec = new SocketIoCodec(protocol, shape);
  return protocol.polling ? new PollingCodec(codec) : codec;
}

/** Consequences of a server's event. */
interface Meaning {
  readonly kind: InboundKind;
  readonly advice: Advice | null;
}

const KINDS = { expiring: INBOUND.expiring, refused: INBOUND.refused, closing: INBOUND.closing };

class SocketIoCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[] = [];
  readonly dialSteps = [];
  /** the namespace as it stands in packets: empty, or with its comma */
  readonly #namespace: Buffer;
  readonly #connect: Template;
  readonly #command: Template;
  readonly #refused: CompiledMatch;
  readonly #expired: CompiledMatch;
  readonly #authenticate: Template | null;
  readonly #authenticationRefused: CompiledMatch;
  readonly #renew: Template | null;
  readonly #renewalRefused: CompiledMatch;
  readonly #events: ReadonlyMap<string, Meaning>;
  readonly #connectErrors: ReadonlyMap<string, Advice>;

  constructor(
    { namespace, auth, authenticate, event, payload, refused, expired, renew, events, connectErrors }: SocketIoProtocol,
    shape: ProtocolShape,
  ) {
    const inPackets = namespace === '/' ? '' : `${namespace},`;
    this.shape = shape;
    this.#namespace = Buffer.from(inPackets);
    this.#connect = join(`40${inPackets}`, auth);
    this.#command = join(`42${inPackets}`, { kind: 'seq' }, eventHead(event, payload), payload, ']');
    this.#refused = new CompiledMatch(refused);
    this.#expired = new CompiledMatch(expired);
    this.#authenticate = presentation(inPackets, AUTHENTICATION_ID, authenticate);
    this.#authenticationRefused = new CompiledMatch(authenticate?.refused ?? NO_MATCH);
    this.#renew = presentation(inPackets, RENEWAL_ID, renew);
    this.#renewalRefused = new CompiledMatch(renew?.refused ?? NO_MATCH);
    this.#events = new Map(
      Object.entries(events).map(([name, { means, advice }]) => [name, { kind: KINDS[means], advice }]),
    );
    this.#connectErrors = new Map(Object.entries(connectErrors));
  }

  path(path: string): string {
    return enginePath(path, 'websocket');
  }

  authenticate(token: string, view: ClientView): Outgoing {
    view.presented = true;
    view.holes.token = token;
    return fill(this.#connect, view.holes, inJson);
  }

  renew(token: string, view: ClientView): Outgoing | null {
    if (this.#renew === null) return null;
    view.holes.token = token;
    return fill(this.#renew, view.holes, inJson);
  }

  join(): Outgoing | null {
    return null;
  }

  command(view: ClientView, seq: number): Outgoing {
    view.holes.seq = seq;
    return fill(this.#command, view.holes, inJson);
  }

  /** A client may not ping: "invalid heartbeat direction" ends the session. */
  ping(): Outgoing | null {
    return null;
  }

  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound): number {
    // Every binary message is an attachment of the packet before it.
    if (isBinary) into.kind = INBOUND.known;
    else if (data[0] === PACKET.message) this.#message(data, view, into);
    else this.#packet(data, view, into);
    return data.length;
  }

  /** Decodes a packet of Engine.IO itself. */
  #packet(data: Buffer, view: ClientView, into: Inbound): void {
    switch (data[0]) {
      case PACKET.ping:
        into.kind = INBOUND.ping;
        into.reply = PONG;
        return;
      case PACKET.open: {
        const session = readOpen(data);
        if (session === null) return;
        into.kind = INBOUND.greeting;
        into.silenceMs = session.silenceMs;
        view.secret = session.id;
        return;
      }
      case PACKET.close:
        into.kind = INBOUND.closing;
        into.signal = NETWORK.reset;
        return;
      case PACKET.noop:
        into.kind = INBOUND.known;
        return;
      default:
    }
  }

  /** Decodes a packet of Socket.IO. */
  #message(data: Buffer, view: ClientView, into: Inbound): void {
    if (data.length < 2) return;
    const type = data[1];
    const from = this.#afterNamespace(
      data,
      type === TYPE.binaryEvent || type === TYPE.binaryAck ? afterCount(data) : 2,
    );
    if (from === -1) return;
    switch (type) {
      case TYPE.binaryEvent:
        into.remark = 'an event with binary attachments: squall leaves these out';
        return;
      case TYPE.ack:
      case TYPE.binaryAck:
        return this.#ack(data, from, view, into);
      case TYPE.event:
        return this.#event(data, from, into);
      case TYPE.connect:
        if (!view.presented) return;
        if (typeof field(parseJson(data, from), 'sid') === 'string') this.#joined(view, into);
        else into.remark = 'a CONNECT packet without sid: a server of Socket.IO 2, which squall does not speak';
        return;
      case TYPE.connectError:
        into.kind = INBOUND.refused;
        into.signal = NETWORK.authRefused;
        into.advice = this.#adviceOf(field(parseJson(data, from), 'message'));
        return;
      case TYPE.disconnect:
        into.kind = INBOUND.closing;
        into.signal = NETWORK.serverDisconnect;
        return;
      default:
    }
  }

  /** Handles the namespace that has been joined: the client is in, or presents its token by an event. */
  #joined(view: ClientView, into: Inbound): void {
    if (this.#authenticate === null) {
      into.kind = INBOUND.authenticated;
      return;
    }
    view.step = PRESENTED;
    into.kind = INBOUND.known;
    into.reply = fill(this.#authenticate, view.holes, inJson);
  }

  #adviceOf(message: unknown): Advice | null {
    return typeof message === 'string' ? (this.#connectErrors.get(message) ?? null) : null;
  }

  /** Returns where a packet goes on after its namespace; -1: it is of another namespace. */
  #afterNamespace(data: Buffer, from: number): number {
    const namespace = this.#namespace;
    if (namespace.length === 0) return data[from] === SLASH ? -1 : from;
    const comma = from + namespace.length - 1;
    if (data.compare(namespace, 0, namespace.length - 1, from, Math.min(comma, data.length)) !== 0) return -1;
    // The comma is missing where nothing follows.
    if (comma === data.length) return comma;
    return data[comma] === COMMA ? comma + 1 : -1;
  }

  #ack(data: Buffer, from: number, view: ClientView, into: Inbound): void {
    const end = digitsEnd(data, from);
    if (end === from || end - from > MAX_ID_DIGITS) return;
    const id = numberIn(data, from, end);
    if (id === RENEWAL_ID) return accepted(data, end, this.#renewalRefused, INBOUND.renewed, into);
    if (id === AUTHENTICATION_ID && view.step === PRESENTED)
      return accepted(data, end, this.#authenticationRefused, INBOUND.authenticated, into);
    into.kind = INBOUND.ack;
    into.seq = id;
    if (this.#refused.isEmpty && this.#expired.isEmpty) return;
    const answer = parseJson(data, end);
    if (answer === null) return;
    if (this.#expired.holds('', answer)) {
      into.kind = INBOUND.commandRefused;
      into.advice = 'refresh';
    } else if (this.#refused.holds('', answer)) into.kind = INBOUND.commandRefused;
  }

  #event(data: Buffer, from: number, into: Inbound): void {
    into.kind = INBOUND.known;
    if (this.#events.size === 0) return;
    const name = field(parseJson(data, digitsEnd(data, from)), '0');
    const meaning = typeof name === 'string' ? this.#events.get(name) : undefined;
    if (meaning === undefined) return;
    into.kind = meaning.kind;
    into.advice = meaning.advice;
    into.signal = meaning.kind === INBOUND.refused ? NETWORK.authRefused : NETWORK.serverDisconnect;
  }
}

/** Returns where a binary packet goes on after the number of its attachments. */
function afterCount(data: Buffer): number {
  const end = digitsEnd(data, 2);
  return data[end] === DASH ? end + 1 : end;
}

/** Handles the acknowledgement of a presented token, which accepts or refuses it. */
function accepted(data: Buffer, from: number, refused: CompiledMatch, kind: InboundKind, into: Inbound): void {
  if (!refuses(data, from, refused)) {
    into.kind = kind;
    return;
  }
  into.kind = INBOUND.refused;
  into.signal = NETWORK.authRefused;
  into.advice = 'refresh';
}

function refuses(data: Buffer, from: number, match: CompiledMatch): boolean {
  if (match.isEmpty) return false;
  const answer = parseJson(data, from);
  return answer !== null && match.holds('', answer);
}

function field(value: object | null, key: string): unknown {
  return value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
}

/** The event that presents a token, whose acknowledgement has this id. null: there is none. */
function presentation(inPackets: string, id: number, written: SocketIoProtocol['renew']): Template | null {
  return written && join(`42${inPackets}${id}${eventHead(written.event, written.payload)}`, written.payload, ']');
}

/** `["name"`, and a comma where arguments follow. */
function eventHead(name: string, payload: Template): string {
  return `[${JSON.stringify(name)}${payload.text.trim() === '' ? '' : ','}`;
}
