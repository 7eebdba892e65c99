/**
 * Azure Web PubSub's subprotocol json.webpubsub.azure.v1
 * (https://learn.microsoft.com/azure/azure-web-pubsub/reference-json-webpubsub-subprotocol), as
 * @azure/web-pubsub-client 1.0.4 speaks it. A frame is one message. A request has an `ackId`, which is unique on a connection.
 */
import { isMapping } from '../core/codec/object.ts';
import type { Advice } from '../core/policy/advice.ts';
import { isEmptyMatch } from '../core/protocol/match.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import type { WebPubSubProtocol } from '../core/protocol/web-pubsub.ts';
import { NETWORK } from '../core/signal.ts';
import { join as joined } from '../core/template/join.ts';
import { fill, inJson, type Template } from '../core/template/template.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import { CompiledMatch } from './json-match.ts';
import { parseJson } from './parse-json.ts';

const SUBPROTOCOL = 'json.webpubsub.azure.v1';
const PING = '{"type":"ping"}';

/** Ids of a connection's requests: `FIRST_COMMAND_ID + seq` is the one of command `seq`. */
const JOIN_ID = 1;
const FIRST_COMMAND_ID = 10;
const MAX_ID = 0xff_ff_ff_ff;

/** Name of the error of an ack whose request the service had carried out before: the library counts it as done. */
const DUPLICATE = 'Duplicate';

/** Places of a connection in its handshake: `view.step`. */
const STEP = { connecting: 0, connected: 1, joining: 2, ready: 3 } as const;

export function webPubSubCodec(protocol: WebPubSubProtocol, shape: ProtocolShape): Codec {
  return new WebPubSubCodec(protocol, shape);
}

type Fields = Readonly<Record<string, unknown>>;

class WebPubSubCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[] = [SUBPROTOCOL];
  readonly dialSteps = [];
  /** null: clients join nothing */
  readonly #join: Template | null;
  /** a command after its ackId */
  readonly #command: Template;
  readonly #errors: ReadonlyMap<string, Advice>;
  /** null: no event says that the token has expired */
  readonly #expired: CompiledMatch | null;

  constructor({ joinGroup, command, errors, expired }: WebPubSubProtocol, shape: ProtocolShape) {
    this.shape = shape;
    this.#join = joinGroup && joined('{"type":"joinGroup","group":"', joinGroup, `","ackId":${JOIN_ID}}`);
    this.#command = joined(...body(command), ',"dataType":"json","data":', command.data, '}');
    this.#errors = new Map(Object.entries(errors));
    this.#expired = isEmptyMatch(expired) ? null : new CompiledMatch(expired);
  }

  path(path: string): string {
    return path;
  }

  /** The token travels in the upgrade, and the service speaks first. */
  authenticate(): Outgoing {
    return PING;
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
    return `{"ackId":${FIRST_COMMAND_ID + seq},${fill(this.#command, view.holes, inJson)}`;
  }

  ping(): Outgoing | null {
    return PING;
  }

  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound, from: number): number {
    const message = isBinary ? null : parseJson(data, from);
    if (isMapping(message)) this.#understand(message, view, into);
    return data.length;
  }

  #understand(message: Fields, view: ClientView, into: Inbound): void {
    switch (message.type) {
      case 'ack':
        return this.#acknowledged(message, view, into);
      case 'system':
        return this.#system(message, view, into);
      case 'pong':
      case 'message':
      case 'invokeResponse':
      case 'cancelInvocation':
        into.kind = INBOUND.known;
        return;
      default:
    }
  }

  #system(message: Fields, view: ClientView, into: Inbound): void {
    if (message.event === 'connected') {
      if (view.step !== STEP.connecting) return;
      view.step = STEP.connected;
      into.kind = INBOUND.authenticated;
    } else if (message.event === 'disconnected') {
      into.kind = INBOUND.closing;
      into.signal = NETWORK.serverDisconnect;
      const said = typeof message.message === 'string' ? message.message : '';
      if (this.#expired?.holds(said, message) === true) into.advice = 'refresh';
    }
  }

  #acknowledged({ ackId: id, success, error }: Fields, view: ClientView, into: Inbound): void {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > MAX_ID) return;
    const name = isMapping(error) && typeof error.name === 'string' ? error.name : '';
    const isRecognised = success !== true && name === DUPLICATE;
    const isDone = success === true || isRecognised;
    if (id >= FIRST_COMMAND_ID) {
      into.kind = isRecognised ? INBOUND.ackRecognised : isDone ? INBOUND.ack : INBOUND.commandRefused;
      into.seq = id - FIRST_COMMAND_ID;
    } else if (id === JOIN_ID && view.step === STEP.joining) {
      if (isDone) view.step = STEP.ready;
      into.kind = isDone ? INBOUND.joined : INBOUND.joinRefused;
      into.signal = NETWORK.authRefused;
    } else return;
    if (!isDone) into.advice = this.#errors.get(name) ?? null;
  }
}

/** A command's JSON from after its ackId until its data. */
function body(command: WebPubSubProtocol['command']): readonly (string | Template)[] {
  return command.by === 'event'
    ? [`"type":"event","event":${JSON.stringify(command.name)}`]
    : ['"type":"sendToGroup","group":"', command.group, '"'];
}
