import { isMapping } from '../../core/codec/object.ts';
import type { Advice } from '../../core/policy/advice.ts';
import type { ModuleProtocol } from '../../core/protocol/module.ts';
import type { ProtocolShape } from '../../core/protocol/shape.ts';
import { NETWORK } from '../../core/signal.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type InboundKind, type Outgoing } from '../codec.ts';
import type { Message } from './contract.ts';
import type { Method, OwnModule } from './own-module.ts';
import { METHODS } from './own-module.ts';

/** Reports that a method of the module failed; the run ends, and what the codec says until then does not matter. */
export type ReportFailure = (method: string, what: string) => void;

/** Shared with the coordinator: the method that runs, as its place in `METHODS` and one, and the number of calls. */
export type CallsUnderWay = Int32Array;
export const CALL = { method: 0, count: 1 } as const;

type Methods = { readonly [Name in Method]?: (...args: readonly unknown[]) => unknown };

const KINDS: Readonly<Record<Message['is'], InboundKind>> = {
  greeting: INBOUND.greeting,
  authenticated: INBOUND.authenticated,
  joined: INBOUND.joined,
  refused: INBOUND.refused,
  ack: INBOUND.ack,
  'command-refused': INBOUND.commandRefused,
  renewed: INBOUND.renewed,
  expiring: INBOUND.expiring,
  closing: INBOUND.closing,
  ping: INBOUND.ping,
  known: INBOUND.known,
};
const ADVICE: ReadonlySet<unknown> = new Set<Advice>(['retry', 'retry-now', 'refresh', 'login', 'stop']);
const MAX_SEQ = 0xff_ff_ff_ff;
const MAX_SILENCE_MS = 86_400_000;
const NO_MESSAGES: readonly unknown[] = [];

/** Why a message is none of the contract; null: it is one. */
function flawOf(message: unknown): string | null {
  if (!isMapping(message)) return 'a message that is no object';
  const { is, seq, advice, silenceMs, reply } = message;
  if (typeof is !== 'string' || !Object.hasOwn(KINDS, is)) return 'a message whose `is` is no kind of message';
  const isAnswer = is === 'ack' || is === 'command-refused';
  if (isAnswer ? !isSeq(seq) : seq !== undefined)
    return `a message \`${is}\` whose \`seq\` is not the number of a command`;
  if (advice !== undefined && !ADVICE.has(advice)) return 'a message whose `advice` is no step of a client';
  const isSilence = typeof silenceMs === 'number' && silenceMs > 0 && silenceMs <= MAX_SILENCE_MS;
  if (silenceMs !== undefined && !isSilence) return 'a message whose `silenceMs` is no time of at most a day';
  return reply !== undefined && !isSent(reply) ? 'a message whose `reply` is neither text nor bytes' : null;
}

function isMessage(message: unknown): message is Message {
  return flawOf(message) === null;
}

function isSeq(seq: unknown): boolean {
  return typeof seq === 'number' && Number.isInteger(seq) && seq >= 0 && seq <= MAX_SEQ;
}

function isSent(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array;
}

function outgoing(sent: string | Uint8Array): Outgoing {
  return typeof sent === 'string' || Buffer.isBuffer(sent) ? sent : Buffer.from(sent);
}

/** A protocol of the user's own. Nothing that the module does is thrown on: a failure is reported once, and ends the run. */
export class ModuleCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[];
  readonly dialSteps = [];
  readonly #module: OwnModule;
  readonly #options: ModuleProtocol['options'];
  readonly #report: ReportFailure;
  readonly #calls: CallsUnderWay;
  readonly #connections = new WeakMap<ClientView, Methods>();
  /** messages of the frame that is read */
  #messages: readonly unknown[] = NO_MESSAGES;
  #failed = false;

  constructor(
    module: OwnModule,
    { options }: ModuleProtocol,
    shape: ProtocolShape,
    report: ReportFailure,
    calls: CallsUnderWay = new Int32Array(2),
  ) {
    this.shape = shape;
    this.subprotocols = module.subprotocols;
    this.#module = module;
    this.#options = options;
    this.#report = report;
    this.#calls = calls;
  }

  path(path: string): string {
    return path;
  }

  authenticate(token: string, view: ClientView): Outgoing {
    return this.#sent('authenticate', view, token) ?? '';
  }

  renew(token: string, view: ClientView): Outgoing | null {
    return this.#sent('renew', view, token);
  }

  join(view: ClientView): Outgoing | null {
    const join = this.#connection(view)?.join;
    if (join === undefined) return null;
    const sent = this.#call('join', join);
    if (sent === null || sent === undefined || this.#failed) return null;
    return isSent(sent) ? outgoing(sent) : this.#fail('join', 'returned neither text nor bytes nor null');
  }

  command(view: ClientView, seq: number, again: boolean): Outgoing {
    const id = `${view.holes.client}-${seq}`;
    return this.#sent('command', view, { seq, id, again }) ?? '';
  }

  ping(view: ClientView): Outgoing | null {
    return this.#connection(view)?.ping === undefined ? null : this.#sent('ping', view);
  }

  /** `from` counts messages here, since a module reads a whole frame at once. */
  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound, from: number): number {
    if (from === 0) this.#messages = this.#read(data, isBinary, view);
    const messages = this.#messages;
    if (from < messages.length) this.#understand(messages[from], into);
    if (from + 1 < messages.length) return from + 1;
    this.#messages = NO_MESSAGES;
    return data.length;
  }

  #read(data: Buffer, isBinary: boolean, view: ClientView): readonly unknown[] {
    const receive = this.#connection(view)?.receive;
    if (receive === undefined) return NO_MESSAGES;
    // The module may keep the bytes, which are overwritten.
    const read = this.#call('receive', receive, isBinary ? new Uint8Array(data) : data.toString());
    if (read === null || this.#failed) return NO_MESSAGES;
    const messages: readonly unknown[] = Array.isArray(read) ? read : [read];
    if (messages.length <= Math.max(1, data.length)) return messages;
    this.#fail('receive', 'returned more messages than the frame has bytes');
    return NO_MESSAGES;
  }

  #understand(message: unknown, into: Inbound): void {
    if (!isMessage(message)) {
      this.#fail('receive', `returned ${flawOf(message)}`);
      return;
    }
    const { is, seq = 0, advice = null, silenceMs = 0, reply } = message;
    into.kind = KINDS[is];
    into.seq = seq;
    into.advice = advice;
    into.silenceMs = silenceMs;
    into.reply = reply === undefined ? null : outgoing(reply);
    into.signal = is === 'refused' ? NETWORK.authRefused : NETWORK.serverDisconnect;
  }

  /** Calls a method that has to be there and to return a message. */
  #sent(method: Method, view: ClientView, argument?: unknown): Outgoing | null {
    const connection = this.#connection(view);
    if (connection === null) return null;
    const call = connection[method];
    if (call === undefined) return this.#fail(method, 'is missing');
    const sent = this.#call(method, call, argument);
    if (this.#failed) return null;
    return isSent(sent) ? outgoing(sent) : this.#fail(method, 'returned neither text nor bytes');
  }

  /** The module's own object of a connection; null: it has failed. */
  #connection(view: ClientView): Methods | null {
    if (this.#failed) return null;
    const known = this.#connections.get(view);
    if (known !== undefined) return known;
    const { client: number, user = {} } = view.holes;
    const made = this.#call('connect', this.#module.connect, { number, user }, this.#options);
    if (this.#failed) return null;
    if (!isMapping(made) || typeof made.receive !== 'function')
      return this.#fail('connect', 'returned no object with a method `receive`');
    const wrong = METHODS.find((method) => made[method] !== undefined && typeof made[method] !== 'function');
    if (wrong !== undefined) return this.#fail(wrong, 'is no function');
    const methods: { -readonly [Name in keyof Methods]: Methods[Name] } = {};
    for (const name of METHODS) {
      const method = made[name];
      if (typeof method === 'function') methods[name] = (...args) => Reflect.apply(method, made, args) as unknown;
    }
    this.#connections.set(view, methods);
    return methods;
  }

  #call(method: Method, call: (...args: readonly unknown[]) => unknown, ...args: readonly unknown[]): unknown {
    const calls = this.#calls;
    calls[CALL.count] = (calls[CALL.count]! + 1) | 0;
    calls[CALL.method] = METHODS.indexOf(method) + 1;
    try {
      return call(...args);
    } catch (error) {
      return this.#fail(method, `threw ${thrown(error)}`);
    } finally {
      calls[CALL.method] = 0;
    }
  }

  #fail(method: string, what: string): null {
    if (!this.#failed) this.#report(method, what);
    this.#failed = true;
    return null;
  }
}

/** What was thrown, in words; even that may throw. */
function thrown(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return 'something that has no text';
  }
}
