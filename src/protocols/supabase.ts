/**
 * Supabase Realtime (https://supabase.com/docs/guides/realtime/protocol; @supabase/realtime-js 2.109.0), which is Phoenix
 * channels with a token in each join. In version 2 of its serializer a broadcast is a binary frame of a kind of its own.
 *
 * `access_token` presents a newer token and has no reply. A heartbeat follows it, as in supabase-js; its reply shows that the
 * server has read both. A token that is refused afterwards ends the channel.
 */
import { isMapping } from '../core/codec/object.ts';
import type { Advice } from '../core/policy/advice.ts';
import { NO_MATCH } from '../core/protocol/match.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import type { SupabaseProtocol } from '../core/protocol/supabase.ts';
import { join } from '../core/template/join.ts';
import { fill, inJson, inUrl, type Template } from '../core/template/template.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import { PhoenixCodec, RENEWAL_REF, STEP } from './phoenix.ts';
import { withQuery } from './with-query.ts';

/**
 * A broadcast of a client in version 2: this kind, the lengths of join_ref, ref, topic, event and metadata, the encoding of
 * the payload, then all of them. Without metadata, as JSON.
 */
const BROADCAST_PUSH = '\u0003';
const AS_JSON = '\u0000\u0001';
/** Longest topic and event in such a head. Longer ones are sent as JSON, which the server reads, too. */
const MAX_LENGTH = 127;

/** The server's message for a token past its `exp`, in a refused join and before the end of a channel. */
const EXPIRED = /token has expired/i;
const RATE_LIMITED = /RateLimitReached/;

export function supabaseCodec(protocol: SupabaseProtocol, shape: ProtocolShape): Codec {
  return new SupabaseCodec(protocol, shape);
}

class SupabaseCodec extends PhoenixCodec {
  readonly #apikey: Template;
  readonly #topic: Template;
  readonly #renewal: Template;
  readonly #proof: Template;
  readonly #userEvent: string;
  readonly #userPayload: Template;
  readonly #eventBytes: number;
  readonly #isBinary: boolean;

  constructor({ channel, private: isPrivate, apikey, event, payload, vsn }: SupabaseProtocol, shape: ProtocolShape) {
    const topic = join('realtime:', channel);
    const config = {
      broadcast: { ack: true, self: false },
      presence: { key: '', enabled: false },
      postgres_changes: [],
      private: isPrivate,
    };
    const token = { kind: 'token' } as const;
    super(
      {
        vsn,
        topic,
        params: join(`{"config":${JSON.stringify(config)},"access_token":"`, token, '"}'),
        event: 'broadcast',
        payload: join(`{"type":"broadcast","event":${JSON.stringify(event)},"payload":`, payload, '}'),
        refused: NO_MATCH,
        adviceOf,
        events: {},
        closed: 'stop',
      },
      shape,
    );
    this.#apikey = apikey;
    this.#topic = topic;
    this.#renewal = this.rest(topic, 'access_token', join('{"access_token":"', token, '"}'));
    this.#proof = this.rest(join('phoenix'), 'heartbeat', join('{}'));
    this.#userEvent = event;
    this.#userPayload = payload;
    this.#eventBytes = Buffer.byteLength(event);
    this.#isBinary = vsn === '2.0.0' && this.#eventBytes <= MAX_LENGTH;
  }

  override path(path: string, view: ClientView): string {
    const key = inUrl(fill(this.#apikey, view.holes));
    const versioned = super.path(path, view);
    return key === '' ? versioned : withQuery(versioned, 'apikey', key);
  }

  override renew(token: string, view: ClientView): Outgoing | null {
    view.holes.token = token;
    return this.message(view.session, RENEWAL_REF, this.#renewal, view);
  }

  confirmRenewal(): Outgoing {
    return this.message(null, RENEWAL_REF, this.#proof);
  }

  override command(view: ClientView, seq: number): Outgoing {
    const topic = fill(this.#topic, view.holes);
    const topicBytes = Buffer.byteLength(topic);
    if (!this.#isBinary || topicBytes > MAX_LENGTH) return super.command(view, seq);
    view.holes.seq = seq;
    const ref = String(seq);
    const text = `${view.session}${ref}${topic}${this.#userEvent}${fill(this.#userPayload, view.holes, inJson)}`;
    const { fromCharCode } = String;
    // Each byte of the head is below 128, and so one character of UTF-8.
    const lengths = fromCharCode(view.session.length, ref.length, topicBytes, this.#eventBytes);
    return Buffer.from(`${BROADCAST_PUSH}${lengths}${AS_JSON}${text}`);
  }

  protected override event(event: unknown, payload: unknown, view: ClientView, into: Inbound): void {
    into.kind = INBOUND.known;
    if (event !== 'system' || !isMapping(payload) || payload.status !== 'error' || view.step !== STEP.joined) return;
    if (typeof payload.message === 'string' && EXPIRED.test(payload.message)) view.step = STEP.expired;
  }

  /** supabase-js leaves a channel that the server closed; applications subscribe again with another token. */
  protected override closedAdvice(view: ClientView): Advice {
    return view.step === STEP.expired ? 'refresh' : 'stop';
  }
}

/** Reasons of refused joins (lib/realtime_web/channels/realtime_channel.ex). */
function adviceOf(reason: string): Advice | null {
  if (EXPIRED.test(reason)) return 'refresh';
  return RATE_LIMITED.test(reason) ? 'retry' : null;
}
