/**
 * Phoenix channels, versions 1 and 2 of the serializer (https://hexdocs.pm/phoenix/writing_a_channels_client.html;
 * phoenix.js 1.8.16, assets/js/phoenix/serializer.js).
 *
 * A message of version 2 is `[join_ref, ref, topic, event, payload]`, one of version 1 an object with these keys. A reply has
 * the ref of the message that it answers. A command's ref is its number; joins, heartbeats and renewals have refs of their own.
 */
import { isMapping } from '../core/codec/object.ts';
import type { Advice } from '../core/policy/advice.ts';
import type { FrameMatch } from '../core/protocol/match.ts';
import type { PhoenixProtocol } from '../core/protocol/phoenix.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import { NETWORK } from '../core/signal.ts';
import { join } from '../core/template/join.ts';
import { fill, inJson, type Template } from '../core/template/template.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import { digitsEnd, numberIn } from './digits.ts';
import { CompiledMatch } from './json-match.ts';
import { MAX_PARSED_BYTES, parseJson } from './parse-json.ts';
import { withQuery } from './with-query.ts';

/** Refs that no command has. Each join of a connection has another one, from `FIRST_JOIN_REF`. */
const HEARTBEAT_REF = '4000000000';
/** Ref of a newer token, and of the heartbeat whose reply shows that the server has read it. */
export const RENEWAL_REF = '4000000001';
const FIRST_JOIN_REF = 4_000_000_002;
const SEQ = /^\d{1,9}$/;

/** Topic of heartbeats. */
const SOCKET_TOPIC = 'phoenix';

/** What stands before and between join_ref and ref of a message: `["` and `","`. */
const REFS_QUOTES = 5;
/** Event of a reply, and its end where the status is ok, since Phoenix writes that key last. */
const REPLY_EVENT = '","phx_reply",{';
const OK_END = '"status":"ok"}]';
/** Digits of a ref that no command has. */
const MAX_SEQ_DIGITS = 10;

/** Kind of a binary reply: its first byte. */
const BINARY_REPLY = 1;
/** Bytes of its head: the kind and four lengths. */
const REPLY_HEAD_BYTES = 5;
/** The highest kind of a binary message: a broadcast of Supabase. */
const LAST_BINARY_KIND = 4;

/** Places of a connection: `view.step`. `view.session` is the join_ref. `expired`: joined, and about to be closed for it. */
export const STEP = { open: 0, joining: 1, joined: 2, expired: 3 } as const;

/** A use of Phoenix channels. */
export interface ChannelUse {
  readonly vsn: '1.0.0' | '2.0.0';
  readonly topic: Template;
  /** payload of phx_join */
  readonly params: Template;
  readonly event: string;
  readonly payload: Template;
  readonly refused: FrameMatch;
  /** advice of a reason for which a join or a command was refused; null: none */
  readonly adviceOf: (reason: string) => Advice | null;
  /** events of the server that say that a token expires */
  readonly events: Readonly<Record<string, Advice>>;
  /** advice to a client whose channel the server closed */
  readonly closed: Advice;
}

export function phoenixCodec(protocol: PhoenixProtocol, shape: ProtocolShape): Codec {
  const errors = new Map(Object.entries(protocol.errors));
  const params = protocol.params.text.trim() === '' ? join('{}') : protocol.params;
  return new PhoenixCodec(
    { ...protocol, vsn: '2.0.0', params, adviceOf: (reason) => errors.get(reason) ?? null },
    shape,
  );
}

/** The codec of Phoenix channels; protocols that are built on them extend it. */
export class PhoenixCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[] = [];
  readonly dialSteps = [];
  protected readonly use: ChannelUse;
  /** a join and a command after their refs */
  readonly #join: Template;
  readonly #command: Template;
  readonly #heartbeat: string;
  readonly #refused: CompiledMatch;
  readonly #events: ReadonlyMap<string, Advice>;
  readonly #isArray: boolean;

  constructor(use: ChannelUse, shape: ProtocolShape) {
    this.shape = shape;
    this.use = use;
    this.#isArray = use.vsn === '2.0.0';
    this.#join = this.rest(use.topic, 'phx_join', use.params);
    this.#command = this.rest(use.topic, use.event, use.payload);
    this.#heartbeat = this.message(null, HEARTBEAT_REF, this.rest(join(SOCKET_TOPIC), 'heartbeat', join('{}')));
    this.#refused = new CompiledMatch(use.refused);
    this.#events = new Map(Object.entries(use.events));
  }

  path(path: string, _view: ClientView): string {
    return withQuery(path, 'vsn', this.use.vsn);
  }

  /** The upgrade or the join carries the token. */
  authenticate(): Outgoing {
    return '';
  }

  renew(_token: string, _view: ClientView): Outgoing | null {
    return null;
  }

  join(view: ClientView): Outgoing | null {
    if (view.step >= STEP.joined) return null;
    view.step = STEP.joining;
    view.session = String(view.session === '' ? FIRST_JOIN_REF : Number(view.session) + 1);
    return this.message(view.session, view.session, this.#join, view);
  }

  command(view: ClientView, seq: number): Outgoing {
    view.holes.seq = seq;
    return this.message(view.session, String(seq), this.#command, view);
  }

  ping(): Outgoing | null {
    return this.#heartbeat;
  }

  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound): number {
    if (isBinary) this.#binary(data, view, into);
    else if (!this.#isPlainAck(data, view, into)) {
      const message = parseJson(data);
      if (Array.isArray(message)) {
        const parts: readonly unknown[] = message;
        this.#understand(parts[0], parts[1], parts[2], parts[3], parts[4], view, into);
      } else if (isMapping(message))
        this.#understand(message.join_ref, message.ref, message.topic, message.event, message.payload, view, into);
    }
    return data.length;
  }

  /** A message with its refs, and what follows these. */
  protected message(
    joinRef: string | null,
    ref: string,
    rest: Template,
    { holes }: Pick<ClientView, 'holes'> = NOBODY,
  ): string {
    const quoted = joinRef === null ? 'null' : `"${joinRef}"`;
    const text = fill(rest, holes, inJson);
    return this.#isArray ? `[${quoted},"${ref}",${text}` : `{"join_ref":${quoted},"ref":"${ref}",${text}`;
  }

  /** What follows the refs of a message. */
  protected rest(topic: Template, event: string, payload: Template): Template {
    return this.#isArray
      ? join('"', topic, `",${JSON.stringify(event)},`, payload, ']')
      : join('"topic":"', topic, `","event":${JSON.stringify(event)},"payload":`, payload, '}');
  }

  /** A message of the server that is neither a reply nor the end of the channel. */
  protected event(event: unknown, _payload: unknown, _view: ClientView, into: Inbound): void {
    into.kind = INBOUND.known;
    const advice = typeof event === 'string' ? this.#events.get(event) : undefined;
    if (advice === undefined) return;
    into.kind = INBOUND.expiring;
    into.advice = advice;
  }

  /** Advice to a client whose channel the server has closed. */
  protected closedAdvice(_view: ClientView): Advice {
    return this.use.closed;
  }

  /** Reads an acknowledgement as Phoenix writes it, without parsing what does not matter. */
  #isPlainAck(data: Buffer, view: ClientView, into: Inbound): boolean {
    if (!this.#isArray || !this.#refused.isEmpty || data.length > MAX_PARSED_BYTES) return false;
    const text = data.toString('latin1');
    const refAt = view.session.length + REFS_QUOTES;
    const refEnd = digitsEnd(data, refAt);
    const isAck =
      text.endsWith(OK_END) &&
      text.startsWith(view.session, 2) &&
      refEnd > refAt &&
      refEnd - refAt < MAX_SEQ_DIGITS &&
      text.includes(REPLY_EVENT, refEnd);
    if (!isAck) return false;
    into.kind = INBOUND.ack;
    into.seq = numberIn(data, refAt, refEnd);
    return true;
  }

  /** Reads a reply whose response is binary; other binary messages are pushes and broadcasts. */
  #binary(data: Buffer, view: ClientView, into: Inbound): void {
    if (data[0] !== BINARY_REPLY || data.length < REPLY_HEAD_BYTES) {
      if (data.length > 0 && data[0]! <= LAST_BINARY_KIND) into.kind = INBOUND.known;
      return;
    }
    const refAt = REPLY_HEAD_BYTES + data[1]!;
    const topicAt = refAt + data[2]!;
    const statusAt = topicAt + data[3]!;
    const end = statusAt + data[4]!;
    if (end > data.length) return;
    const text = (from: number, to: number): string => data.toString('utf8', from, to);
    const status = text(statusAt, end);
    this.#understand(
      text(REPLY_HEAD_BYTES, refAt),
      text(refAt, topicAt),
      text(topicAt, statusAt),
      'phx_reply',
      { status },
      view,
      into,
    );
  }

  #understand(
    joinRef: unknown,
    ref: unknown,
    topic: unknown,
    event: unknown,
    payload: unknown,
    view: ClientView,
    into: Inbound,
  ): void {
    if (typeof topic !== 'string' || typeof event !== 'string') return;
    if (topic === SOCKET_TOPIC) {
      into.kind = ref === RENEWAL_REF ? INBOUND.renewed : INBOUND.known;
      return;
    }
    // What belongs to an earlier join is outdated. Version 1 has no join_ref in messages of the server.
    if (typeof joinRef === 'string' && joinRef !== view.session) {
      into.kind = INBOUND.known;
      return;
    }
    switch (event) {
      case 'phx_reply':
        return this.#reply(ref, payload, view, into);
      case 'phx_error':
        return this.#lost(null, view, into);
      case 'phx_close':
        return this.#lost(this.closedAdvice(view), view, into);
      default:
        return this.event(event, payload, view, into);
    }
  }

  #reply(ref: unknown, payload: unknown, view: ClientView, into: Inbound): void {
    if (typeof ref !== 'string' || !isMapping(payload)) return;
    const { status, response } = payload;
    const isOk = status === 'ok';
    if (ref === view.session) return this.#joined(isOk, response, view, into);
    if (!SEQ.test(ref)) {
      into.kind = INBOUND.known;
      return;
    }
    into.seq = Number(ref);
    into.kind = isOk && !this.#refused.holds('', asObject(response)) ? INBOUND.ack : INBOUND.commandRefused;
    if (into.kind === INBOUND.commandRefused) into.advice = this.#adviceOf(response);
  }

  #joined(isOk: boolean, response: unknown, view: ClientView, into: Inbound): void {
    if (view.step !== STEP.joining) {
      into.kind = INBOUND.known;
      return;
    }
    view.step = isOk ? STEP.joined : STEP.open;
    into.kind = isOk ? INBOUND.joined : INBOUND.joinRefused;
    if (isOk) return;
    into.signal = NETWORK.joinRefused;
    into.advice = this.#adviceOf(response) ?? 'retry';
  }

  #adviceOf(response: unknown): Advice | null {
    const reason = isMapping(response) ? response.reason : response;
    return typeof reason === 'string' ? this.use.adviceOf(reason) : null;
  }

  /** The end of the channel, whose process died or stopped. */
  #lost(advice: Advice | null, view: ClientView, into: Inbound): void {
    if (view.step === STEP.open) {
      into.kind = INBOUND.known;
      return;
    }
    const isJoining = view.step === STEP.joining;
    into.kind = isJoining ? INBOUND.joinRefused : INBOUND.channelLost;
    into.signal = isJoining ? NETWORK.joinRefused : NETWORK.channelLost;
    into.advice = advice;
    view.step = STEP.open;
  }
}

/** Of a message without values of a client. */
const NOBODY: Pick<ClientView, 'holes'> = { holes: { client: 0 } };

function asObject(value: unknown): object | null {
  return typeof value === 'object' ? value : null;
}
