/**
 * The handshake by HTTP long-polling with which browsers begin: GET the open packet, POST the CONNECT packet, GET its
 * answer; then a WebSocket of the same session (https://socket.io/docs/v4/engine-io-protocol/#upgrade).
 *
 * socket.io-client 4.8.4 begins the WebSocket beside the POST, and keeps one more GET waiting until the server ends it
 * with a noop packet. Here one step follows the other, without that GET, which the server does not need.
 */
import type { ProtocolShape } from '../core/protocol/shape.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import type { Advice } from '../core/policy/advice.ts';
import { type ClientView, type Codec, type Inbound, INBOUND, type Outgoing } from './codec.ts';
import type { DialStep, HttpRequest, StepFailure } from './dial-step.ts';
import { enginePath, readOpen } from './engine-io.ts';
import { newInbound, resetInbound } from './inbound.ts';

/** The question, answer and confirmation with which a session moves to its WebSocket. */
const PROBE = '2probe';
const PROBED = '3probe';
const UPGRADE = '5';

const OK = 200;
/** Between the packets of a poll's body. */
const RECORD_SEPARATOR = '\x1e';
/** Longest id of a session: it stands in URLs. */
const MAX_ID_CHARS = 200;

/** Socket.IO whose sessions begin with polling. `session` of a view is the session's id, `step` its silence in ms. */
export class PollingCodec implements Codec {
  readonly shape: ProtocolShape;
  readonly subprotocols: readonly string[] = [];
  readonly dialSteps: readonly DialStep[];
  /** the same protocol without polling */
  readonly #inner: Codec;

  constructor(inner: Codec) {
    this.shape = inner.shape;
    this.dialSteps = pollingSteps(inner);
    this.#inner = inner;
  }

  path(path: string, view: ClientView): string {
    return enginePath(path, 'websocket', view.session);
  }

  /** The token was presented by a poll. */
  authenticate(): Outgoing {
    return PROBE;
  }

  renew(token: string, view: ClientView): Outgoing | null {
    return this.#inner.renew(token, view);
  }

  join(view: ClientView): Outgoing | null {
    return this.#inner.join(view);
  }

  command(view: ClientView, seq: number, again: boolean): Outgoing {
    return this.#inner.command(view, seq, again);
  }

  ping(view: ClientView): Outgoing | null {
    return this.#inner.ping(view);
  }

  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound, from: number): number {
    if (data.length !== PROBED.length || data.toString('latin1') !== PROBED)
      return this.#inner.decode(data, isBinary, view, into, from);
    into.kind = INBOUND.authenticated;
    into.reply = UPGRADE;
    into.silenceMs = view.step;
    return data.length;
  }
}

function pollingSteps(codec: Codec): readonly DialStep[] {
  const name = 'polling';
  return [
    { name, request: (_, view, path) => poll(path, view, null), answer: opened },
    {
      name,
      request: (token, view, path) => poll(path, view, String(codec.authenticate(token, view))),
      answer: (status, body) => (status === OK ? null : failure(status, NETWORK.other, body)),
    },
    {
      name,
      request: (_, view, path) => poll(path, view, null),
      answer: (status, body, view) =>
        status === OK ? connected(codec, body, view) : failure(status, NETWORK.other, body),
    },
  ];
}

/** @param packet packet to post; null: packets are fetched */
function poll(path: string, view: ClientView, packet: string | null): HttpRequest {
  return {
    method: packet === null ? 'GET' : 'POST',
    url: enginePath(path, 'polling', view.session),
    headers: packet === null ? {} : { 'Content-Type': 'text/plain;charset=UTF-8' },
    body: packet,
  };
}

function opened(status: number, body: string, view: ClientView): StepFailure | null {
  const session = status === OK ? readOpen(Buffer.from(body)) : null;
  if (session === null || session.id.length > MAX_ID_CHARS) return failure(status, NETWORK.badHandshake, body);
  view.session = session.id;
  // Who knows the id may speak in the client's place.
  view.secret = session.id;
  view.step = session.silenceMs;
  return null;
}

function connected(codec: Codec, body: string, view: ClientView): StepFailure | null {
  const into = newInbound();
  for (const packet of body.split(RECORD_SEPARATOR)) {
    resetInbound(into);
    codec.decode(Buffer.from(packet), false, view, into, 0);
    if (into.kind === INBOUND.authenticated) return null;
    if (into.kind === INBOUND.refused || into.kind === INBOUND.closing)
      return failure(OK, into.signal, packet, into.advice);
  }
  return failure(OK, NETWORK.badHandshake, body);
}

/** @param signal how the attempt ends where the status is good */
function failure(status: number, signal: Signal, said: string, advice: Advice | null = null): StepFailure {
  return { signal: status === OK ? signal : status, said, advice };
}
