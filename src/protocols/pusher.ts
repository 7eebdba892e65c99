/**
 * Pusher Channels, protocol 7 (https://pusher.com/docs/channels/library_auth_reference/pusher-websockets-protocol;
 * pusher-js 8.6.0).
 *
 * A message is an object with event, channel and data, which in messages of the server is JSON in a string. The server
 * begins with the id of the socket, for which an application authorises each private channel by an HTTP request.
 */
import { isMapping } from '../core/codec/object.ts';
import { needsAuthorization, type PusherProtocol } from '../core/protocol/pusher.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import { NETWORK, SIGNALS } from '../core/signal.ts';
import { join } from '../core/template/join.ts';
import { fill, inHeader, inJson, type Template } from '../core/template/template.ts';
import { AckReader } from './application-ack.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import type { DialStep, HttpRequest, StepFailure } from './dial-step.ts';
import { parseJson, parseJsonText } from './parse-json.ts';
import { withQuery } from './with-query.ts';

const PROTOCOL_VERSION = '7';
/** The name by which clients call themselves. */
const CLIENT_NAME = 'squall';
const PING = '{"event":"pusher:ping","data":{}}';
const PONG = '{"event":"pusher:pong","data":{}}';
const FIRST_OWN_CODE = 4000;
/** Shortest time between pings that a server may ask for, ms. */
const MIN_ACTIVITY_MS = 1000;
/** Longest socket id and authorisation that are kept. */
const MAX_SOCKET_ID_CHARS = 200;
const MAX_AUTH_CHARS = 8192;

/** Places of a connection: `view.step`. `view.session` is the id of its socket, `view.ticket` the authorisation of a channel. */
const STEP = { open: 0, connected: 1, subscribing: 2, subscribed: 3 } as const;

export function pusherCodec(protocol: PusherProtocol, shape: ProtocolShape): Codec {
  return new PusherCodec(protocol, shape);
}

type Fields = Readonly<Record<string, unknown>>;

class PusherCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[] = [];
  readonly dialSteps = [];
  readonly joinStep?: DialStep;
  readonly #channel: Template;
  readonly #command: Template;
  readonly #acks: AckReader;
  readonly #activityTimeoutMs: number;

  constructor(protocol: PusherProtocol, shape: ProtocolShape) {
    const { channel, event, data, activityTimeoutMs } = protocol;
    this.shape = shape;
    this.#activityTimeoutMs = activityTimeoutMs;
    this.#channel = channel;
    this.#command = join(`{"event":${JSON.stringify(event)},"channel":"`, channel, '","data":', data, '}');
    this.#acks = new AckReader(protocol, data);
    if (needsAuthorization(channel.text)) this.joinStep = new ChannelAuthorization(protocol);
  }

  path(path: string): string {
    return withQuery(withQuery(path, 'protocol', PROTOCOL_VERSION), 'client', CLIENT_NAME);
  }

  /** The request that authorises the channel carries the token. */
  authenticate(): Outgoing {
    return '';
  }

  renew(): Outgoing | null {
    return null;
  }

  join(view: ClientView): Outgoing | null {
    if (view.step === STEP.subscribed) return null;
    view.step = STEP.subscribing;
    const channel = `"channel":"${fill(this.#channel, view.holes, inJson)}"`;
    const authorization = view.ticket === null ? '' : `,${view.ticket}`;
    return `{"event":"pusher:subscribe","data":{${channel}${authorization}}}`;
  }

  command(view: ClientView, seq: number): Outgoing {
    view.holes.seq = seq;
    return fill(this.#command, view.holes, inJson);
  }

  ping(): Outgoing | null {
    return PING;
  }

  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound): number {
    const message = isBinary ? null : parseJson(data);
    if (isMapping(message)) this.#understand(message, view, into);
    return data.length;
  }

  #understand(message: Fields, view: ClientView, into: Inbound): void {
    const { event } = message;
    switch (event) {
      case 'pusher:ping':
        into.kind = INBOUND.ping;
        into.reply = PONG;
        return;
      case 'pusher:pong':
        into.kind = INBOUND.known;
        return;
      case 'pusher:connection_established':
        return this.#connected(dataOf(message), view, into);
      case 'pusher:error':
        return failed(dataOf(message), view, into);
      case 'pusher_internal:subscription_succeeded':
        into.kind = view.step === STEP.subscribing ? INBOUND.joined : INBOUND.known;
        if (view.step === STEP.subscribing) view.step = STEP.subscribed;
        return;
      case 'pusher:subscription_error':
        return joinFailed(view, into);
      default:
        if (typeof event !== 'string' || view.step === STEP.open) return;
        return this.#acks.read({ event, data: dataOf(message) }, view.holes.client, into);
    }
  }

  #connected(data: Fields, view: ClientView, into: Inbound): void {
    const { socket_id: id, activity_timeout: seconds } = data;
    if (view.step !== STEP.open || typeof id !== 'string' || id.length > MAX_SOCKET_ID_CHARS) return;
    view.step = STEP.connected;
    view.session = id;
    into.kind = INBOUND.authenticated;
    if (typeof seconds !== 'number' || !(seconds > 0)) return;
    into.pingEveryMs = Math.min(this.#activityTimeoutMs, Math.max(MIN_ACTIVITY_MS, seconds * 1000));
  }
}

/** An error before the connection is established ends the attempt with its code; later ones precede a close frame. */
function failed({ code }: Fields, view: ClientView, into: Inbound): void {
  if (view.step === STEP.subscribing) return joinFailed(view, into);
  into.kind = INBOUND.known;
  if (view.step !== STEP.open) return;
  const isClose = typeof code === 'number' && Number.isInteger(code) && code >= FIRST_OWN_CODE && code < SIGNALS;
  into.kind = INBOUND.closing;
  into.signal = isClose ? code : NETWORK.serverDisconnect;
}

/** pusher-js leaves a channel that the server refuses. */
function joinFailed(view: ClientView, into: Inbound): void {
  into.kind = INBOUND.known;
  if (view.step !== STEP.subscribing) return;
  view.step = STEP.connected;
  into.kind = INBOUND.joinRefused;
  into.signal = NETWORK.joinRefused;
  into.advice = 'stop';
}

/** The data of a message, which is JSON in a string or in the message itself. */
function dataOf({ data }: Fields): Fields {
  const value: unknown = typeof data === 'string' ? parseJsonText(data) : data;
  return isMapping(value) ? value : {};
}

/** The request by which an application authorises a channel for one socket. */
class ChannelAuthorization implements DialStep {
  readonly name = 'channel authorization';
  readonly #protocol: PusherProtocol;
  readonly #headers: readonly (readonly [name: string, value: Template])[];

  constructor(protocol: PusherProtocol) {
    this.#protocol = protocol;
    this.#headers = Object.entries(protocol.channelAuthorization.headers);
  }

  request(token: string, view: ClientView): HttpRequest {
    const { channel, channelAuthorization } = this.#protocol;
    const holes = { ...view.holes, token };
    const headers: Record<string, string> = { 'Content-Type': 'application/x-www-form-urlencoded' };
    for (const [name, value] of this.#headers) headers[name] = fill(value, holes, inHeader);
    const body = new URLSearchParams({ socket_id: view.session, channel_name: fill(channel, view.holes) });
    return { method: 'POST', url: channelAuthorization.endpoint, headers, body: body.toString() };
  }

  answer(status: number, body: string, view: ClientView): StepFailure | null {
    if (status !== 200) {
      const isRefused = status === 401 || status === 403;
      const advice = isRefused ? this.#protocol.channelAuthorization.refused : 'retry';
      return { signal: status, said: body, advice };
    }
    const answer = parseJsonText(body);
    const auth = isMapping(answer) ? answer.auth : undefined;
    if (typeof auth !== 'string' || auth.length > MAX_AUTH_CHARS) {
      return { signal: NETWORK.malformed, said: 'an answer without auth', advice: 'retry' };
    }
    view.secret = auth;
    const channelData = isMapping(answer) ? answer['channel_data'] : undefined;
    const own = typeof channelData === 'string' && channelData.length <= MAX_AUTH_CHARS;
    view.ticket = `"auth":${JSON.stringify(auth)}${own ? `,"channel_data":${JSON.stringify(channelData)}` : ''}`;
    return null;
  }
}
