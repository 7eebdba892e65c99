/**
 * Action Cable, protocol actioncable-v1-json (https://docs.anycable.io/misc/action_cable_protocol; @rails/actioncable 8.1.400,
 * src/connection.js).
 *
 * The server says `welcome`, or `disconnect` with a reason and whether to reconnect, and pings. Identifiers and data are
 * JSON in a string. A command has no acknowledgement of the protocol; an application may send one of its own.
 */
import { isMapping } from '../core/codec/object.ts';
import type { ActionCableProtocol } from '../core/protocol/actioncable.ts';
import type { Advice } from '../core/policy/advice.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import { NETWORK } from '../core/signal.ts';
import { join } from '../core/template/join.ts';
import { fill, inJson, type Template } from '../core/template/template.ts';
import { AckReader } from './application-ack.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import { inJsonTwice, quotedTemplate } from './json-in-json.ts';
import { parseJson } from './parse-json.ts';

/** Places of a connection: `view.step`. `view.session` is the identifier of its channel. */
const STEP = { open: 0, welcome: 1, subscribing: 2, subscribed: 3 } as const;

export function actioncableCodec(protocol: ActionCableProtocol, shape: ProtocolShape): Codec {
  return new ActionCableCodec(protocol, shape);
}

type Fields = Readonly<Record<string, unknown>>;

class ActionCableCodec implements Codec {
  readonly shape: ProtocolShape;
  /** The second is chosen by a server that speaks no version of the protocol that was offered. */
  readonly subprotocols: readonly string[] = ['actioncable-v1-json', 'actioncable-unsupported'];
  readonly dialSteps = [];
  readonly #identifier: Template;
  readonly #subscribe: Template;
  readonly #command: Template;
  readonly #acks: AckReader;
  readonly #reasons: ReadonlyMap<string, Advice>;

  constructor(protocol: ActionCableProtocol, shape: ProtocolShape) {
    this.shape = shape;
    this.#identifier = protocol.identifier;
    const identifier = quotedTemplate(protocol.identifier);
    this.#subscribe = join('{"command":"subscribe","identifier":', identifier, '}');
    const data = quotedTemplate(protocol.data);
    this.#command = join('{"command":"message","identifier":', identifier, ',"data":', data, '}');
    this.#acks = new AckReader(protocol, protocol.data);
    this.#reasons = new Map(Object.entries(protocol.reasons));
  }

  path(path: string): string {
    return path;
  }

  /** The upgrade carries the token. */
  authenticate(): Outgoing {
    return '';
  }

  renew(): Outgoing | null {
    return null;
  }

  join(view: ClientView): Outgoing | null {
    if (view.step === STEP.subscribed) return null;
    view.step = STEP.subscribing;
    view.session = fill(this.#identifier, view.holes, inJson);
    return fill(this.#subscribe, view.holes, inJsonTwice);
  }

  command(view: ClientView, seq: number): Outgoing {
    view.holes.seq = seq;
    return fill(this.#command, view.holes, inJsonTwice);
  }

  /** A client sends no pings: the server knows no such command. */
  ping(): Outgoing | null {
    return null;
  }

  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound): number {
    const message = isBinary ? null : parseJson(data);
    if (isMapping(message)) this.#understand(message, view, into);
    return data.length;
  }

  #understand(message: Fields, view: ClientView, into: Inbound): void {
    switch (message.type) {
      case undefined:
        if (message.identifier === view.session) this.#acks.read(message.message, view.holes.client, into);
        return;
      case 'ping':
        into.kind = INBOUND.ping;
        return;
      case 'welcome':
        into.kind = view.step === STEP.open ? INBOUND.authenticated : INBOUND.known;
        if (view.step === STEP.open) view.step = STEP.welcome;
        return;
      case 'confirm_subscription':
        if (!isAwaited(message, view)) return;
        view.step = STEP.subscribed;
        into.kind = INBOUND.joined;
        return;
      case 'reject_subscription':
        if (!isAwaited(message, view)) return;
        view.step = STEP.welcome;
        into.kind = INBOUND.joinRefused;
        into.signal = NETWORK.joinRefused;
        // src/subscriptions.js: a rejected subscription is forgotten.
        into.advice = 'stop';
        return;
      case 'disconnect':
        return this.#disconnected(message, view, into);
      default:
    }
  }

  #disconnected({ reason, reconnect }: Fields, view: ClientView, into: Inbound): void {
    const isRefusal = view.step === STEP.open;
    into.kind = isRefusal ? INBOUND.refused : INBOUND.closing;
    into.signal = isRefusal ? NETWORK.authRefused : NETWORK.serverDisconnect;
    const advice = typeof reason === 'string' ? this.#reasons.get(reason) : undefined;
    into.advice = advice ?? (reconnect === true ? 'retry' : 'stop');
  }
}

function isAwaited({ identifier }: Fields, view: ClientView): boolean {
  return view.step === STEP.subscribing && identifier === view.session;
}
