import type { JsonProtocol } from '../core/protocol/json.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import { adviceOf } from '../core/policy/parse-advice.ts';
import { NETWORK } from '../core/signal.ts';
import { asIs, type Escape, fill, inJson, type Template } from '../core/template/template.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import { type CompiledMatch, compileMatch, type Keys, matches, valueAt } from './json-match.ts';

/** Most bytes of a frame that is parsed, since the frames that squall expects are short. */
const MAX_INSPECTED_BYTES = 65_536;

const COMMAND_ID = /^(\d{1,10})-(\d{1,10})$/;

export function jsonCodec(protocol: JsonProtocol, shape: ProtocolShape): Codec {
  return new JsonCodec(protocol, shape);
}

/** Frames of JSON, as the scenario spells them. */
class JsonCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[] = [];
  readonly dialSteps = [];
  readonly #authenticate: Template;
  readonly #authenticateEscape: Escape;
  readonly #command: Template;
  readonly #commandEscape: Escape;
  readonly #ack: CompiledMatch;
  readonly #ackId: Keys;
  readonly #authenticated: CompiledMatch;
  readonly #authRefused: CompiledMatch;
  readonly #refused: CompiledMatch;
  readonly #expiring: CompiledMatch;

  constructor(protocol: JsonProtocol, shape: ProtocolShape) {
    this.shape = shape;
    this.#authenticate = protocol.authenticate;
    this.#authenticateEscape = escapeIn(protocol.authenticate);
    this.#command = protocol.command;
    this.#commandEscape = escapeIn(protocol.command);
    this.#ack = compileMatch(protocol.ack);
    this.#ackId = protocol.ackId.split('.');
    this.#authenticated = compileMatch(protocol.authenticated);
    this.#authRefused = compileMatch(protocol.authRefused);
    this.#refused = compileMatch(protocol.refused);
    this.#expiring = compileMatch(protocol.expiring);
  }

  path(path: string): string {
    return path;
  }

  authenticate(token: string, view: ClientView): Outgoing {
    view.holes.token = token;
    return fill(this.#authenticate, view.holes, this.#authenticateEscape);
  }

  renew(token: string, view: ClientView): Outgoing | null {
    return this.authenticate(token, view);
  }

  join(): Outgoing | null {
    return null;
  }

  command(view: ClientView, seq: number): Outgoing {
    view.holes.seq = seq;
    return fill(this.#command, view.holes, this.#commandEscape);
  }

  ping(): Outgoing | null {
    return null;
  }

  decode(data: Buffer, _isBinary: boolean, view: ClientView, into: Inbound): number {
    if (data.length > MAX_INSPECTED_BYTES) return data.length;
    const message = parsed(data.toString());
    if (message !== null) this.#understand(message, view, into);
    return data.length;
  }

  #understand(message: object, view: ClientView, into: Inbound): void {
    if (matches(message, this.#ack)) return this.#ofCommand(INBOUND.ack, message, view, into);
    if (matches(message, this.#authenticated)) {
      into.kind = INBOUND.authenticated;
    } else if (matches(message, this.#authRefused)) {
      into.kind = INBOUND.refused;
      into.signal = NETWORK.authRefused;
    } else if (matches(message, this.#refused)) {
      this.#ofCommand(INBOUND.commandRefused, message, view, into);
    } else if (matches(message, this.#expiring)) {
      into.kind = INBOUND.expiring;
      into.advice = adviceOf(valueAt(message, ADVICE));
    }
  }

  /** Interprets an answer to a command; one to another client or with a foreign id is not understood. */
  #ofCommand(
    kind: typeof INBOUND.ack | typeof INBOUND.commandRefused,
    message: object,
    view: ClientView,
    into: Inbound,
  ) {
    const id = valueAt(message, this.#ackId);
    if (typeof id !== 'string') return;
    const [, client, seq] = COMMAND_ID.exec(id) ?? [];
    if (Number(client) !== view.holes.client) return;
    into.kind = kind;
    into.seq = Number(seq);
  }
}

const ADVICE: Keys = ['advice'];

function parsed(text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** How values are written into a template: escaped where it is JSON, else as they are. */
function escapeIn(template: Template): Escape {
  const sample = fill(template, { client: 0 }, () => '0');
  return parsed(sample) === null ? asIs : inJson;
}
