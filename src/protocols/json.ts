import type { JsonProtocol } from '../core/protocol/json-keys.ts';
import { acceptingStep, reauthenticationOf, stepsOf } from '../core/protocol/json-steps.ts';
import { isEmptyMatch } from '../core/protocol/match.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import type { ProtocolUse } from '../core/protocol/spec.ts';
import type { Advice } from '../core/policy/advice.ts';
import { adviceOf } from '../core/policy/parse-advice.ts';
import { NETWORK } from '../core/signal.ts';
import { hasHole } from '../core/template/template-text.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import { seqOfId } from './command-id.ts';
import { FrameWriter, separatorOf } from './json-frame.ts';
import { CompiledMatch, type Keys, keysOf, valueAt } from './json-match.ts';
import { MAX_PARSED_BYTES, parseJsonText } from './parse-json.ts';

export function jsonCodec(protocol: JsonProtocol, shape: ProtocolShape, use: ProtocolUse): Codec {
  return new JsonCodec(protocol, shape, use);
}

/** One step until ready. */
interface Step {
  readonly frame: FrameWriter;
  /** whether its answer accepts the token */
  readonly accepts: boolean;
  /** null: nothing is awaited */
  readonly expect: CompiledMatch | null;
}

/**
 * JSON messages, as the scenario spells them. `step` of a view is the number of the step of the handshake whose answer is
 * awaited; with all steps done it is `#ready`, and one more while a token that was presented in band awaits its answer.
 */
class JsonCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[] = [];
  readonly dialSteps = [];
  readonly #steps: readonly Step[];
  readonly #ready: number;
  readonly #reauthenticate: FrameWriter;
  readonly #reauthenticated: CompiledMatch;
  readonly #heartbeat: FrameWriter;
  readonly #command: FrameWriter;
  readonly #firstSeq: number;
  /** whether an id is `{id}`, not the bare number of a command */
  readonly #idsNameClients: boolean;
  readonly #ack: CompiledMatch;
  readonly #ackId: Keys;
  readonly #authRefused: CompiledMatch;
  readonly #refusedAdvice: Keys;
  readonly #afterRefusal: Advice | null;
  readonly #refused: CompiledMatch;
  readonly #expired: CompiledMatch;
  readonly #expiring: CompiledMatch;
  readonly #advice: Keys;
  readonly #ends: readonly { readonly on: CompiledMatch; readonly then: Advice | null }[];
  readonly #replies: readonly { readonly to: CompiledMatch; readonly frame: FrameWriter }[];
  readonly #ignore: readonly CompiledMatch[];
  readonly #separator: number;
  readonly #prefix: string;

  constructor(protocol: JsonProtocol, shape: ProtocolShape, { carrier }: ProtocolUse) {
    const again = reauthenticationOf(protocol);
    this.shape = shape;
    const steps = stepsOf(protocol, carrier);
    const accepting = acceptingStep(steps);
    this.#steps = steps.map(({ send, expect }, place) => ({
      frame: new FrameWriter(send, protocol),
      accepts: place === accepting,
      expect: isEmptyMatch(expect) ? null : new CompiledMatch(expect),
    }));
    this.#ready = this.#steps.length;
    this.#reauthenticate = new FrameWriter(again.send, protocol);
    this.#reauthenticated = new CompiledMatch(again.expect);
    this.#heartbeat = new FrameWriter(protocol.heartbeat, protocol);
    this.#command = new FrameWriter(protocol.command, protocol);
    this.#firstSeq = protocol.firstSeq;
    this.#idsNameClients = hasHole(protocol.command, 'id');
    this.#ack = new CompiledMatch(protocol.ack);
    this.#ackId = keysOf(protocol.ackId);
    this.#authRefused = new CompiledMatch(protocol.authRefused);
    this.#refusedAdvice = keysOf(protocol.refusedAdvice);
    this.#afterRefusal = protocol.afterRefusal;
    this.#refused = new CompiledMatch(protocol.refused);
    this.#expired = new CompiledMatch(protocol.expired);
    this.#expiring = new CompiledMatch(protocol.expiring);
    this.#advice = keysOf(protocol.advice);
    this.#ends = protocol.ends.map(({ on, then }) => ({ on: new CompiledMatch(on), then }));
    this.#replies = protocol.replies.map(({ to, send }) => ({
      to: new CompiledMatch(to),
      frame: new FrameWriter(send, protocol),
    }));
    this.#ignore = protocol.ignore.map((match) => new CompiledMatch(match));
    this.#separator = separatorOf(protocol.framing);
    this.#prefix = protocol.prefix;
  }

  path(path: string): string {
    return path;
  }

  authenticate(token: string, view: ClientView): Outgoing {
    view.holes.token = token;
    return this.#steps[view.step]?.frame.write(view.holes) ?? '';
  }

  renew(token: string, view: ClientView): Outgoing | null {
    if (this.#reauthenticate.isEmpty) return null;
    view.holes.token = token;
    view.step = this.#ready + 1;
    return this.#reauthenticate.write(view.holes);
  }

  join(view: ClientView): Outgoing | null {
    return this.#steps[view.step]?.frame.write(view.holes) ?? null;
  }

  command(view: ClientView, seq: number): Outgoing {
    view.holes.seq = seq + this.#firstSeq;
    return this.#command.write(view.holes);
  }

  ping(view: ClientView): Outgoing | null {
    return this.#heartbeat.isEmpty ? null : this.#heartbeat.write(view.holes);
  }

  decode(data: Buffer, _isBinary: boolean, view: ClientView, into: Inbound, from: number): number {
    const separator = this.#separator < 0 ? -1 : data.indexOf(this.#separator, from);
    const end = separator < 0 ? data.length : separator;
    if (end - from <= MAX_PARSED_BYTES) this.#understand(data.toString('utf8', from, end), view, into);
    return separator < 0 ? end : separator + 1;
  }

  #understand(text: string, view: ClientView, into: Inbound): void {
    const value = this.#parse(text);
    if (view.step !== this.#ready && this.#isAnswered(text, value, view, into)) return;
    if (this.#ack.holds(text, value)) this.#ofCommand(INBOUND.ack, this.#ack, text, value, view, into);
    else if (view.step === this.#ready && this.#reauthenticated.holds(text, value)) into.kind = INBOUND.authenticated;
    else if (this.#authRefused.holds(text, value)) {
      into.kind = INBOUND.refused;
      into.signal = NETWORK.authRefused;
      into.advice = adviceAt(value, this.#refusedAdvice) ?? this.#afterRefusal;
    } else if (this.#expired.holds(text, value)) {
      this.#ofCommand(INBOUND.commandRefused, this.#expired, text, value, view, into);
      if (into.kind === INBOUND.commandRefused) into.advice = 'refresh';
    } else if (this.#refused.holds(text, value))
      this.#ofCommand(INBOUND.commandRefused, this.#refused, text, value, view, into);
    else if (this.#expiring.holds(text, value)) {
      into.kind = INBOUND.expiring;
      into.advice = adviceAt(value, this.#advice);
    } else this.#byRules(text, value, view, into);
  }

  #parse(text: string): object | null {
    if (this.#prefix === '') return parseJsonText(text);
    return text.startsWith(this.#prefix) ? parseJsonText(text.slice(this.#prefix.length)) : null;
  }

  /** Handles the awaited answer to a step of the handshake, or to a token that was presented in band. */
  #isAnswered(text: string, value: object | null, view: ClientView, into: Inbound): boolean {
    if (view.step > this.#ready) {
      if (!this.#reauthenticated.holds(text, value)) return false;
      view.step = this.#ready;
      into.kind = INBOUND.authenticated;
      return true;
    }
    const step = this.#steps[view.step];
    if (step?.expect?.holds(text, value) !== true) return false;
    view.step += 1;
    into.kind = step.accepts ? INBOUND.authenticated : INBOUND.joined;
    if (this.#steps[view.step]?.expect === null) {
      into.reply = this.#steps[view.step]!.frame.write(view.holes);
      view.step += 1;
    }
    // A step that the server begins is only awaited.
    if (this.#steps[view.step]?.frame.isEmpty === true) into.kind = INBOUND.known;
    return true;
  }

  /** Interprets an answer to a command; one to another client or with a foreign id is not understood. */
  #ofCommand(
    kind: typeof INBOUND.ack | typeof INBOUND.commandRefused,
    match: CompiledMatch,
    text: string,
    value: object | null,
    view: ClientView,
    into: Inbound,
  ): void {
    const id = match.isPattern ? match.group(text) : value === null ? undefined : valueAt(value, this.#ackId);
    const seq = seqOfId(id, view.holes.client, this.#idsNameClients) - this.#firstSeq;
    if (!(seq >= 0)) return;
    into.kind = kind;
    into.seq = seq;
  }

  #byRules(text: string, value: object | null, view: ClientView, into: Inbound): void {
    for (const { on, then } of this.#ends) {
      if (!on.holds(text, value)) continue;
      into.kind = INBOUND.closing;
      into.signal = NETWORK.serverDisconnect;
      into.advice = adviceAt(value, this.#advice) ?? then;
      return;
    }
    for (const { to, frame } of this.#replies) {
      if (!to.holds(text, value)) continue;
      into.kind = INBOUND.ping;
      into.reply = frame.write(view.holes);
      return;
    }
    for (const match of this.#ignore) if (match.holds(text, value)) into.kind = INBOUND.known;
  }
}

function adviceAt(value: object | null, path: Keys): Advice | null {
  return value === null ? null : adviceOf(valueAt(value, path));
}
