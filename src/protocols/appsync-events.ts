/**
 * AWS AppSync Events over WebSocket
 * (https://docs.aws.amazon.com/appsync/latest/eventapi/event-api-websocket-protocol.html), as
 * @aws-amplify/api-graphql 4.10.1 speaks it. A frame is one message. The token travels in a subprotocol of the upgrade and
 * in each request. The id of a command's request is its number.
 */
import { isMapping } from '../core/codec/object.ts';
import type { Advice } from '../core/policy/advice.ts';
import type { AppSyncEventsProtocol } from '../core/protocol/appsync-events.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import { NETWORK } from '../core/signal.ts';
import { fill, inJson, type Template } from '../core/template/template.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import { inJsonTwice, quotedTemplate } from './json-in-json.ts';
import { parseJson } from './parse-json.ts';

const SUBPROTOCOL = 'aws-appsync-event-ws';
/** Stands before the authorization in its subprotocol. */
const AUTHORIZATION_PREFIX = 'header-';
const PATH = '/event/realtime';
const INIT = '{"type":"connection_init"}';
/** Longest announced silence that is followed, ms. */
const MAX_SILENCE_MS = 3_600_000;

/** Id of a connection's subscription; those of commands are numbers. */
const SUBSCRIPTION_ID = 's';
const COMMAND_ID = /^\d{1,10}$/;
/** Most errors of a message that are looked at. */
const MAX_ERRORS = 20;

/** Places of a connection: `view.step`. `view.session` is the host in its authorizations. */
const STEP = { connecting: 0, acknowledged: 1, subscribing: 2, subscribed: 3 } as const;

export function appSyncEventsCodec(protocol: AppSyncEventsProtocol, shape: ProtocolShape): Codec {
  return new AppSyncEventsCodec(protocol, shape);
}

type Fields = Readonly<Record<string, unknown>>;

class AppSyncEventsCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[] = [SUBPROTOCOL];
  readonly dialSteps = [];
  readonly #host: string | null;
  readonly #authorization: Template;
  readonly #channel: Template;
  /** the event as a JSON string of JSON */
  readonly #event: Template;
  readonly #errors: ReadonlyMap<string, Advice>;

  constructor({ host, authorization, channel, event, errors }: AppSyncEventsProtocol, shape: ProtocolShape) {
    this.shape = shape;
    this.#host = host;
    this.#authorization = authorization;
    this.#channel = channel;
    this.#event = quotedTemplate(event);
    this.#errors = new Map(Object.entries(errors));
  }

  path(path: string): string {
    return path === '/' ? PATH : path;
  }

  tokenSubprotocol(token: string, view: ClientView, authority: string): string {
    view.session = this.#host ?? authority.replace('.appsync-realtime-api.', '.appsync-api.');
    view.holes.token = token;
    return AUTHORIZATION_PREFIX + Buffer.from(this.#authorizationOf(view)).toString('base64url');
  }

  /** The upgrade has presented the token. */
  authenticate(token: string, view: ClientView): Outgoing {
    view.holes.token = token;
    return INIT;
  }

  renew(): Outgoing | null {
    return null;
  }

  join(view: ClientView): Outgoing | null {
    if (view.step === STEP.subscribed) return null;
    view.step = STEP.subscribing;
    return `{"type":"subscribe","id":"${SUBSCRIPTION_ID}",${this.#request(view)}}`;
  }

  command(view: ClientView, seq: number): Outgoing {
    view.holes.seq = seq;
    const event = fill(this.#event, view.holes, inJsonTwice);
    return `{"type":"publish","id":"${seq}","events":[${event}],${this.#request(view)}}`;
  }

  ping(): Outgoing | null {
    return null;
  }

  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound): number {
    const message = isBinary ? null : parseJson(data);
    if (isMapping(message)) this.#understand(message, view, into);
    return data.length;
  }

  /** What a subscription and an event have in common. */
  #request(view: ClientView): string {
    return `"channel":"${fill(this.#channel, view.holes, inJson)}","authorization":${this.#authorizationOf(view)}`;
  }

  #authorizationOf(view: ClientView): string {
    return `{"host":"${view.session}","Authorization":"${fill(this.#authorization, view.holes, inJson)}"}`;
  }

  #understand(message: Fields, view: ClientView, into: Inbound): void {
    switch (message.type) {
      case 'publish_success':
        return this.#published(message, into);
      case 'publish_error':
        return this.#refuseCommand(message.id, message, into);
      case 'data':
        into.kind = INBOUND.known;
        return;
      case 'ka':
        into.kind = INBOUND.ping;
        return;
      case 'connection_ack':
        return acknowledged(message, view, into);
      case 'connection_error':
        return this.#connectionFailed(message, view, into);
      case 'subscribe_success':
        return subscribed(message, view, into);
      case 'subscribe_error':
        return this.#subscriptionFailed(message, view, into);
      case 'error':
        return this.#failed(message, view, into);
      default:
    }
  }

  /** An event that the service took, but did not publish, stands in `failed`. */
  #published(message: Fields, into: Inbound): void {
    const { id, failed } = message;
    if (Array.isArray(failed) && failed.length > 0) return this.#refuseCommand(id, message, into);
    const seq = seqOf(id);
    if (seq < 0) return;
    into.kind = INBOUND.ack;
    into.seq = seq;
  }

  #refuseCommand(id: unknown, message: Fields, into: Inbound): void {
    const seq = seqOf(id);
    if (seq < 0) return;
    into.kind = INBOUND.commandRefused;
    into.seq = seq;
    into.advice = this.#adviceOf(message);
  }

  /** Amplify does not try again after HTTP 400 and 403 in a connection_error. */
  #connectionFailed(message: Fields, view: ClientView, into: Inbound): void {
    if (view.step !== STEP.connecting) return;
    into.kind = INBOUND.refused;
    into.signal = NETWORK.authRefused;
    into.advice = this.#adviceOf(message) ?? (isFinal(message) ? 'stop' : null);
  }

  /** Amplify ends a subscription that fails, and hands the error to the application; the socket stays open. */
  #subscriptionFailed(message: Fields, view: ClientView, into: Inbound): void {
    if (message.id !== SUBSCRIPTION_ID || view.step < STEP.subscribing) return;
    const isRefused = view.step === STEP.subscribing;
    view.step = STEP.acknowledged;
    into.kind = isRefused ? INBOUND.joinRefused : INBOUND.channelLost;
    into.signal = isRefused ? NETWORK.joinRefused : NETWORK.channelLost;
    into.advice = this.#adviceOf(message);
  }

  /** An error with an id answers that request; one without an id concerns the connection. */
  #failed(message: Fields, view: ClientView, into: Inbound): void {
    const { id } = message;
    if (seqOf(id) >= 0) return this.#refuseCommand(id, message, into);
    if (id !== undefined) return this.#subscriptionFailed(message, view, into);
    const advice = this.#adviceOf(message);
    if (advice === null) return;
    into.kind = INBOUND.closing;
    into.signal = NETWORK.serverDisconnect;
    into.advice = advice;
  }

  /** The advice for the first error that has one; null: none has. */
  #adviceOf(message: Fields): Advice | null {
    const errors = errorsOf(message);
    for (let at = 0; at < errors.length && at < MAX_ERRORS; at++) {
      const error = errors[at];
      if (!isMapping(error)) continue;
      const advice = typeof error.errorType === 'string' ? this.#errors.get(error.errorType) : undefined;
      if (advice !== undefined) return advice;
      if (typeof error.message === 'string' && error.message.includes('Token expired')) return 'refresh';
    }
    return null;
  }
}

/** Announces the silence after which a connection counts as dead. */
function acknowledged({ connectionTimeoutMs: silenceMs }: Fields, view: ClientView, into: Inbound): void {
  if (view.step !== STEP.connecting) return;
  view.step = STEP.acknowledged;
  into.kind = INBOUND.authenticated;
  if (typeof silenceMs === 'number' && silenceMs > 0) into.silenceMs = Math.min(silenceMs, MAX_SILENCE_MS);
}

function subscribed({ id }: Fields, view: ClientView, into: Inbound): void {
  if (id !== SUBSCRIPTION_ID || view.step !== STEP.subscribing) return;
  view.step = STEP.subscribed;
  into.kind = INBOUND.joined;
}

function isFinal(message: Fields): boolean {
  const [error] = errorsOf(message);
  if (!isMapping(error)) return false;
  return error.errorType === 'BadRequestException' || error.errorCode === 400 || error.errorCode === 403;
}

function errorsOf({ errors }: Fields): readonly unknown[] {
  return Array.isArray(errors) ? errors : [];
}

/** The number of the command with an id; negative: it is none. */
function seqOf(id: unknown): number {
  return typeof id === 'string' && COMMAND_ID.test(id) ? Number(id) : -1;
}
