/**
 * Centrifugo's JSON protocol, version 2 (https://centrifugal.dev/docs/transports/client_protocol). A frame has one or
 * more replies and pushes, with newlines between them. A command's id is a number, which is unique on a connection.
 */
import { isMapping } from '../core/codec/object.ts';
import type { Advice } from '../core/policy/advice.ts';
import type { CentrifugoProtocol } from '../core/protocol/centrifugo.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import { NETWORK, type Signal, SIGNALS } from '../core/signal.ts';
import { join } from '../core/template/join.ts';
import { fill, inJson, type Template } from '../core/template/template.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import { CompiledMatch } from './json-match.ts';
import { parseJson } from './parse-json.ts';

/** The name by which clients call themselves, so that a server's statistics can tell them from users. */
const CLIENT_NAME = 'squall';

/** Ids of a connection's commands: `FIRST_COMMAND_ID + seq` is the one of command `seq`. */
const CONNECT_ID = 1;
const SUBSCRIBE_ID = 2;
const REFRESH_ID = 3;
const FIRST_COMMAND_ID = 10;
const MAX_ID = 0xff_ff_ff_ff;

const PONG = '{}';
const NEWLINE = 0x0a;
/** Length of the ping `{}`. */
const PING_BYTES = 2;

/** How much longer than the ping interval centrifuge-js 5.8.0 waits for a ping (`maxServerPingDelay`), ms. */
const PING_GRACE_MS = 10_000;
/** Longest ping interval that is believed, s. */
const MAX_PING_S = 86_400;

/** Error code of a token that has expired, and the first code of an error that is not internal to the server. */
const TOKEN_EXPIRED = 109;
const FIRST_LASTING_ERROR = 100;
const FIRST_CLOSE_CODE = 1000;

/** Places of a connection in its handshake: `view.step`. */
const STEP = { connecting: 0, connected: 1, subscribing: 2, ready: 3 } as const;
/** `view.session` of a connection whose server wants its pings answered. */
const ANSWERS_PINGS = 'pong';

export function centrifugoCodec(protocol: CentrifugoProtocol, shape: ProtocolShape): Codec {
  return new CentrifugoCodec(protocol, shape);
}

type Fields = Readonly<Record<string, unknown>>;

class CentrifugoCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[] = [];
  readonly dialSteps = [];
  readonly #connect: Template;
  readonly #subscribe: Template | null;
  readonly #command: Template;
  readonly #refused: CompiledMatch;

  constructor({ connectData, subscribe, command, refused }: CentrifugoProtocol, shape: ProtocolShape) {
    this.shape = shape;
    const data = connectData.text.trim() === '' ? [] : [',"data":', connectData];
    this.#connect = join(
      `{"id":${CONNECT_ID},"connect":{"token":"`,
      { kind: 'token' },
      `","name":"${CLIENT_NAME}"`,
      ...data,
      '}}',
    );
    this.#subscribe = subscribe && join(`{"id":${SUBSCRIBE_ID},"subscribe":{"channel":"`, subscribe, '"}}');
    this.#command = join(...body(command), command.data, '}}');
    this.#refused = new CompiledMatch(refused);
  }

  path(path: string): string {
    return path;
  }

  authenticate(token: string, view: ClientView): Outgoing {
    view.holes.token = token;
    return fill(this.#connect, view.holes, inJson);
  }

  renew(token: string): Outgoing | null {
    return `{"id":${REFRESH_ID},"refresh":{"token":"${inJson(token)}"}}`;
  }

  join(view: ClientView): Outgoing | null {
    if (this.#subscribe === null || view.step !== STEP.connected) return null;
    view.step = STEP.subscribing;
    return fill(this.#subscribe, view.holes, inJson);
  }

  command(view: ClientView, seq: number): Outgoing {
    view.holes.seq = seq;
    return `{"id":${FIRST_COMMAND_ID + seq},${fill(this.#command, view.holes, inJson)}`;
  }

  /** A client may not ping: a server that expects no pong closes with 3501 (bad request). */
  ping(): Outgoing | null {
    return null;
  }

  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound, from: number): number {
    if (isBinary) return data.length;
    const newline = data.indexOf(NEWLINE, from);
    const to = newline === -1 ? data.length : newline;
    if (to - from === PING_BYTES) this.#ping(data, from, view, into);
    else {
      const reply = parseJson(data, from, to);
      if (isMapping(reply)) this.#understand(reply, view, into);
    }
    return newline === -1 ? data.length : newline + 1;
  }

  #ping(data: Buffer, from: number, view: ClientView, into: Inbound): void {
    if (data.toString('latin1', from, from + PING_BYTES) !== PONG) return;
    into.kind = INBOUND.ping;
    if (view.session === ANSWERS_PINGS) into.reply = PONG;
  }

  #understand(reply: Fields, view: ClientView, into: Inbound): void {
    const { id, push, error } = reply;
    if (!isId(id)) return isMapping(push) ? this.#pushed(push, into) : undefined;
    const failure = isMapping(error) ? error : null;
    if (id >= FIRST_COMMAND_ID) {
      const isRefused = failure !== null || this.#refused.holds('', reply);
      into.kind = isRefused ? INBOUND.commandRefused : INBOUND.ack;
      into.seq = id - FIRST_COMMAND_ID;
    } else if (failure !== null) {
      into.kind = INBOUND.refused;
      into.signal = NETWORK.authRefused;
      into.advice = adviceOf(failure);
    } else if (id === CONNECT_ID && isMapping(reply.connect)) this.#connected(reply.connect, view, into);
    else if (id === SUBSCRIBE_ID && view.step === STEP.subscribing) {
      view.step = STEP.ready;
      into.kind = INBOUND.joined;
    } else if (id === REFRESH_ID) into.kind = INBOUND.renewed;
  }

  #connected({ ping, pong }: Fields, view: ClientView, into: Inbound): void {
    view.step = STEP.connected;
    view.session = pong === true ? ANSWERS_PINGS : '';
    into.kind = INBOUND.authenticated;
    if (typeof ping === 'number' && ping > 0) into.silenceMs = Math.min(ping, MAX_PING_S) * 1000 + PING_GRACE_MS;
  }

  #pushed({ disconnect }: Fields, into: Inbound): void {
    if (!isMapping(disconnect)) {
      into.kind = INBOUND.known;
      return;
    }
    into.kind = INBOUND.closing;
    into.signal = closeCodeOf(disconnect.code);
  }
}

/**
 * Advice of an error in the reply to connect, subscribe or refresh: centrifuge-js 5.8.0, build/index.mjs,
 * `_connectError`. null: it is final, unless the scenario says otherwise.
 */
function adviceOf({ code, temporary }: Fields): Advice | null {
  if (code === TOKEN_EXPIRED) return 'refresh';
  return temporary === true || (typeof code === 'number' && code < FIRST_LASTING_ERROR) ? 'retry' : null;
}

/** A disconnect push carries the code that a close frame would. */
function closeCodeOf(code: unknown): Signal {
  const isClose = typeof code === 'number' && Number.isInteger(code) && code >= FIRST_CLOSE_CODE && code < SIGNALS;
  return isClose ? code : NETWORK.serverDisconnect;
}

/** Ids are unsigned 32-bit integers. */
function isId(id: unknown): id is number {
  return Number.isInteger(id) && Number(id) >= 0 && Number(id) <= MAX_ID;
}

/** A command's JSON from after its id until its data. */
function body(command: CentrifugoProtocol['command']): readonly (string | Template)[] {
  return command.by === 'rpc'
    ? [`"rpc":{"method":${JSON.stringify(command.method)},"data":`]
    : ['"publish":{"channel":"', command.channel, '","data":'];
}
