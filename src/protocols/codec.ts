import type { Advice } from '../core/policy/advice.ts';
import type { ProtocolShape } from '../core/protocol/shape.ts';
import type { Signal } from '../core/signal.ts';
import type { HoleValues } from '../core/template/template.ts';
import type { DialStep } from './dial-step.ts';

/** A frame to send: text, or bytes of a binary frame. */
export type Outgoing = string | Buffer;

/**
 * What a codec may know of a client and its connection. There is one object for each connection, made when it is dialled.
 * A codec keeps its own state of the connection in `step` and `session`.
 */
export interface ClientView {
  /**
   * values for templates: number and user; `token` is what is presented on this connection, set when it opens, and by the
   * codec with a newer one; `seq` is set by the codec
   */
  readonly holes: { -readonly [Hole in keyof HoleValues]: HoleValues[Hole] };
  /** place in the handshake, 0 at first; the codec's own */
  step: number;
  /** `step` from which joins are written, to which a join that is tried again goes back; the port's own */
  joinsFrom: number;
  /** what the server calls the connection, such as a session id; the codec's own */
  session: string;
  /** what is presented in place of the access token, got by a step before the dial; null: the access token */
  ticket: string | null;
  /** what the server has given this connection alone to prove who it is, which nothing quotes; empty: nothing; the codec's own */
  secret: string;
  /** whether the token was presented in a message, where the codec needs to know; the codec's own */
  presented: boolean;
  /**
   * bytes of a message that is not complete yet, where messages may span frames, or what a codec keeps otherwise of a
   * connection; bounded by the codec, whose own it is
   */
  rest: Buffer | null;
}

/** Kinds of inbound messages. Integers, so that the hot path is one switch. */
export const INBOUND = {
  /** nothing that was expected: counted and sampled */ other: 0,
  /** the server spoke first, and now expects the token */ greeting: 1,
  /** the token was accepted */ authenticated: 2,
  /** a step of the handshake after the authentication is done; the last one makes the connection ready */ joined: 3,
  /** the token was refused; the connection is given up */ refused: 4,
  /** command `seq` was acknowledged */ ack: 5,
  /** command `seq` was refused */ commandRefused: 6,
  /** the token is about to expire, with advice */ expiring: 7,
  /** a ping, with the answer in `reply` */ ping: 8,
  /** a known message without consequences: an answer to a ping, a push, an event of the application */ known: 9,
  /** the server ends the session by a message of its protocol, before or without a close frame */ closing: 10,
  /** a newer token was accepted in band */ renewed: 11,
  /** a join was refused, with advice; the socket stays open */ joinRefused: 12,
  /** a channel that had been joined ended, with advice; the socket stays open */ channelLost: 13,
  /** command `seq` was acknowledged, and had been carried out before: the server recognised it */ ackRecognised: 14,
} as const;

export type InboundKind = (typeof INBOUND)[keyof typeof INBOUND];

/** One decoded message. The object is reused: a codec sets `kind` and the fields that the kind uses, `reset` clears the rest. */
export interface Inbound {
  kind: InboundKind;
  /** number of the command, of `ack`, `ackRecognised` and `commandRefused` */
  seq: number;
  /**
   * advice of the server or the protocol, of `refused`, `expiring`, `closing`, `commandRefused`, `joinRefused` and
   * `channelLost`; null: none
   */
  advice: Advice | null;
  /** how the session ended, of `refused`, `closing`, `joinRefused` and `channelLost` */
  signal: Signal;
  /** frame to send at once, of any kind; null: none */
  reply: Outgoing | null;
  /** silence after which the server counts as dead, as the server announced it, ms; 0: not announced */
  silenceMs: number;
  /** period of the client's pings, as the server announced it, of `authenticated`, ms; 0: not announced */
  pingEveryMs: number;
  /** silence after such a ping at which the connection is given up, ms; 0: the scenario decides */
  pingTimeoutMs: number;
  /** words that stand in reports for a message of kind `other`, or for one that ends the session; null: the message itself */
  remark: string | null;
}

/**
 * Writes and reads the frames of one protocol. A worker has one codec for all clients. No method throws, whatever a server
 * sends, and none does I/O.
 */
export interface Codec {
  readonly shape: ProtocolShape;
  /** subprotocols that the protocol itself requires, offered before those of the scenario */
  readonly subprotocols: readonly string[];
  /** Requests before each dial, in their order. */
  readonly dialSteps: readonly DialStep[];
  /** Request to a service before each join; absent: none. */
  readonly joinStep?: DialStep;
  /** Path and query to dial, made from those of the scenario's URL. */
  path(path: string, view: ClientView): string;
  /**
   * Subprotocol that presents the token in the upgrade, offered after all others; absent: none does.
   *
   * @param authority host of the target, with its port where that is not the usual one
   */
  tokenSubprotocol?(token: string, view: ClientView, authority: string): string;
  /** Message that presents the token: after opening, or after the greeting. */
  authenticate(token: string, view: ClientView): Outgoing;
  /** Message that presents a newer token in band; null: the protocol has none. */
  renew(token: string, view: ClientView): Outgoing | null;
  /** Message after `renew` whose answer shows that the server has read the token; absent or null: it answers `renew` itself. */
  confirmRenewal?(view: ClientView): Outgoing | null;
  /**
   * Message after `authenticated` or `joined`, until the connection is ready; null: it is ready. Where the shape has joins,
   * and on a socket that is authenticated by its upgrade alone, it is the first join. A join that is tried again begins with
   * `step` as it was when the token was accepted, and with the token in hand in `holes`.
   */
  join(view: ClientView): Outgoing | null;
  /** @param again whether this command's id was sent before */
  command(view: ClientView, seq: number, again: boolean): Outgoing;
  /** Message that asks for a sign of life; null: a ping frame of WebSocket. */
  ping(view: ClientView): Outgoing | null;
  /**
   * Decodes the message that begins at `from`, into the reused `into`.
   *
   * @returns where the next message of the frame begins; the frame's length: this was the last one
   */
  decode(data: Buffer, isBinary: boolean, view: ClientView, into: Inbound, from: number): number;
}
