/**
 * GraphQL over WebSocket: the subprotocol `graphql-transport-ws`
 * (https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md) and the older `graphql-ws` of subscriptions-transport-ws
 * 0.11.0 (https://github.com/apollographql/subscriptions-transport-ws/blob/master/PROTOCOL.md). They differ in the names of
 * messages. A frame is one message. The id of a command's operation is its number.
 */
import { isMapping } from '../core/codec/object.ts';
import type { Advice } from '../core/policy/advice.ts';
import type { GraphqlKeys } from '../core/protocol/graphql-keys.ts';
import type { GraphqlTransportWsProtocol } from '../core/protocol/graphql-transport-ws.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import {
  KEEP_ALIVE_SILENCE_MS,
  type SubscriptionsTransportWsProtocol,
} from '../core/protocol/subscriptions-transport-ws.ts';
import { NETWORK } from '../core/signal.ts';
import { join } from '../core/template/join.ts';
import { fill, inJson, type Template } from '../core/template/template.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import { CompiledMatch } from './json-match.ts';
import { parseJson } from './parse-json.ts';

/** Names by which the two protocols differ. */
interface Dialect {
  readonly subprotocol: string;
  /** type of the message that begins an operation */
  readonly begin: string;
  /** type of a result */
  readonly result: string;
  /** client's ping; null: the protocol has none */
  readonly ping: string | null;
}

const TRANSPORT_WS: Dialect = {
  subprotocol: 'graphql-transport-ws',
  begin: 'subscribe',
  result: 'next',
  ping: '{"type":"ping"}',
};
const SUBSCRIPTIONS_TRANSPORT: Dialect = { subprotocol: 'graphql-ws', begin: 'start', result: 'data', ping: null };

/** Places of a connection: `view.step`. */
const STEP = { connecting: 0, acknowledged: 1, subscribing: 2, subscribed: 3 } as const;

/** Id of the operation that a connection begins before its commands; those have numbers. */
const SUBSCRIPTION_ID = 's';
const COMMAND_ID = /^\d{1,10}$/;

/** Most errors of one result that rules are held against. */
const MAX_ERRORS = 20;

export function graphqlTransportWsCodec(protocol: GraphqlTransportWsProtocol, shape: ProtocolShape): Codec {
  return new GraphqlCodec(protocol, shape, TRANSPORT_WS);
}

export function subscriptionsTransportWsCodec(protocol: SubscriptionsTransportWsProtocol, shape: ProtocolShape): Codec {
  return new GraphqlCodec(protocol, shape, SUBSCRIPTIONS_TRANSPORT);
}

type Fields = Readonly<Record<string, unknown>>;

class GraphqlCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[];
  readonly dialSteps = [];
  readonly #dialect: Dialect;
  readonly #init: Template;
  readonly #command: Template;
  /** null: none */
  readonly #subscription: Template | null;
  readonly #awaitsResult: boolean;
  readonly #refused: CompiledMatch;
  readonly #errors: readonly { readonly on: CompiledMatch; readonly then: Advice }[];

  constructor(keys: GraphqlKeys, shape: ProtocolShape, dialect: Dialect) {
    const { connectionParams, subscribe, refused, errors } = keys;
    this.shape = shape;
    this.subprotocols = [dialect.subprotocol];
    this.#dialect = dialect;
    this.#init = join('{"type":"connection_init"', ...optional(',"payload":', connectionParams), '}');
    this.#command = join('{"id":"', { kind: 'seq' }, `","type":"${dialect.begin}",`, ...operation(keys), '}');
    this.#subscription =
      subscribe && join(`{"id":"${SUBSCRIPTION_ID}","type":"${dialect.begin}",`, ...operation(subscribe), '}');
    this.#awaitsResult = subscribe?.ready === 'result';
    this.#refused = new CompiledMatch(refused);
    this.#errors = errors.map(({ on, then }) => ({ on: new CompiledMatch(on), then }));
  }

  path(path: string): string {
    return path;
  }

  authenticate(token: string, view: ClientView): Outgoing {
    view.holes.token = token;
    return fill(this.#init, view.holes, inJson);
  }

  renew(): Outgoing | null {
    return null;
  }

  join(view: ClientView): Outgoing | null {
    if (this.#subscription === null || !this.#awaitsResult || view.step === STEP.subscribed) return null;
    view.step = STEP.subscribing;
    return fill(this.#subscription, view.holes, inJson);
  }

  command(view: ClientView, seq: number): Outgoing {
    view.holes.seq = seq;
    return fill(this.#command, view.holes, inJson);
  }

  ping(): Outgoing | null {
    return this.#dialect.ping;
  }

  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound): number {
    const message = isBinary ? null : parseJson(data);
    if (isMapping(message)) this.#understand(message, view, into);
    return data.length;
  }

  #understand({ type, id, payload }: Fields, view: ClientView, into: Inbound): void {
    switch (type) {
      case this.#dialect.result:
        if (id === SUBSCRIPTION_ID) return this.#pushed(payload, view, into);
        return this.#answered(id, payload, into);
      case 'error':
        if (id === SUBSCRIPTION_ID) return this.#subscriptionFailed(this.#adviceOf(payload), view, into);
        return this.#commandFailed(id, payload, into);
      case 'complete':
        if (id === SUBSCRIPTION_ID) return this.#subscriptionFailed(null, view, into);
        into.kind = INBOUND.known;
        return;
      case 'connection_ack':
        return this.#acknowledged(view, into);
      default:
        return this.#dialect.ping === null
          ? this.#ofSubscriptionsTransport(type, payload, into)
          : pinged(type, payload, into);
    }
  }

  #acknowledged(view: ClientView, into: Inbound): void {
    if (view.step !== STEP.connecting) return;
    view.step = STEP.acknowledged;
    into.kind = INBOUND.authenticated;
    if (this.#subscription === null || this.#awaitsResult) return;
    into.reply = fill(this.#subscription, view.holes, inJson);
    view.step = STEP.subscribed;
  }

  /** Handles the result of a command. */
  #answered(id: unknown, payload: unknown, into: Inbound): void {
    if (!isMapping(payload)) return;
    const { errors } = payload;
    if (errors !== undefined && errors !== null) return this.#commandFailed(id, errors, into);
    const seq = seqOf(id);
    if (seq < 0) return;
    into.kind = this.#refused.holds('', payload) ? INBOUND.commandRefused : INBOUND.ack;
    into.seq = seq;
  }

  #commandFailed(id: unknown, errors: unknown, into: Inbound): void {
    const seq = seqOf(id);
    if (seq < 0) return;
    into.kind = INBOUND.commandRefused;
    into.seq = seq;
    into.advice = this.#adviceOf(errors);
  }

  /** Handles a result of the subscription. */
  #pushed(payload: unknown, view: ClientView, into: Inbound): void {
    const errors = isMapping(payload) ? payload['errors'] : undefined;
    const advice = errors === undefined || errors === null ? null : this.#adviceOf(errors);
    if (advice !== null) return this.#subscriptionFailed(advice, view, into);
    into.kind = view.step === STEP.subscribing ? INBOUND.joined : INBOUND.known;
    view.step = STEP.subscribed;
  }

  /**
   * Handles the end of the subscription. An error with an advice ends the connection, since a token is presented only when a
   * connection begins. Without one it is a loss where clients are ready with the first result, and else only shown.
   */
  #subscriptionFailed(advice: Advice | null, view: ClientView, into: Inbound): void {
    if (advice !== null) {
      into.kind = view.step === STEP.subscribing ? INBOUND.refused : INBOUND.closing;
      into.signal = view.step === STEP.subscribing ? NETWORK.authRefused : NETWORK.serverDisconnect;
      into.advice = advice;
      return;
    }
    if (!this.#awaitsResult) {
      into.remark = 'the subscription has ended';
      return;
    }
    const isRefused = view.step === STEP.subscribing;
    into.kind = isRefused ? INBOUND.joinRefused : INBOUND.channelLost;
    into.signal = isRefused ? NETWORK.joinRefused : NETWORK.channelLost;
    view.step = STEP.acknowledged;
  }

  #ofSubscriptionsTransport(type: unknown, payload: unknown, into: Inbound): void {
    if (type === 'ka') {
      into.kind = INBOUND.ping;
      into.silenceMs = KEEP_ALIVE_SILENCE_MS;
    } else if (type === 'connection_error') {
      into.kind = INBOUND.refused;
      into.signal = NETWORK.authRefused;
      into.advice = this.#adviceOf(payload);
    }
  }

  /** The advice of the first rule that one of the errors fulfils; null: none does. */
  #adviceOf(errors: unknown): Advice | null {
    const all: readonly unknown[] = Array.isArray(errors) ? errors : [errors];
    for (const { on, then } of this.#errors) {
      for (let at = 0; at < all.length && at < MAX_ERRORS; at++) {
        const error = all[at];
        if (isMapping(error) && on.holds('', error)) return then;
      }
    }
    return null;
  }
}

/** Handles the messages that only `graphql-transport-ws` has. A pong has the payload of its ping. */
function pinged(type: unknown, payload: unknown, into: Inbound): void {
  if (type === 'pong') into.kind = INBOUND.known;
  else if (type === 'ping') {
    into.kind = INBOUND.ping;
    into.reply = payload ? `{"type":"pong","payload":${JSON.stringify(payload)}}` : '{"type":"pong"}';
  }
}

/** The number of the command with an id; negative: it is none. */
function seqOf(id: unknown): number {
  return typeof id === 'string' && COMMAND_ID.test(id) ? Number(id) : -1;
}

/** The payload of an operation. */
function operation(keys: Pick<GraphqlKeys, 'query' | 'variables' | 'operationName'>): readonly (string | Template)[] {
  const name = keys.operationName === null ? '' : `,"operationName":${JSON.stringify(keys.operationName)}`;
  const query = `"payload":{"query":${JSON.stringify(keys.query)}${name}`;
  return [query, ...optional(',"variables":', keys.variables), '}'];
}

function optional(before: string, template: Template): readonly (string | Template)[] {
  return template.text.trim() === '' ? [] : [before, template];
}
