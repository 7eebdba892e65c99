import type { MonoMs } from '../time/instant.ts';

/**
 * Requests of a client to its world. A client does no I/O itself: the live world answers with sockets, the simulated
 * one with a model. `client` is an index in 0..count-1.
 *
 * Contract: every answer is an event after the call, never during it. After `hangUp` no event of that connection
 * follows, and after `abandonToken` none of that request.
 */
export interface Port {
  /** Open a connection with the token in hand. Answers: onOpen, onClosed. */
  dial(client: number): void;
  /** Close the connection with close code 1000, or abandon the attempt. */
  hangUp(client: number): void;
  /** Present the token in hand on the open connection: as the first message, or in band. Answers: onAuthenticated, onReady, onClosed. */
  authenticate(client: number): void;
  /** Join the channels on the open connection. Answers: onReady, onJoinRefused, onChannelLost, onClosed. */
  join(client: number): void;
  /**
   * Ask the token service for the first token (a login) or the next one. Answers: onToken, onTokenFailed.
   *
   * @returns false: no request is made, since another device of the user has made it or has newer tokens
   */
  requestToken(client: number, first: boolean): boolean;
  abandonToken(client: number): void;
  /** Send command number `seq` of this client; `again` when the same id was sent before. Answers: onAck, onRefused, or silence. */
  send(client: number, seq: number, again: boolean): void;
  /**
   * Send a ping. Answers: onHeard, or silence.
   *
   * @returns arrival of the answer, in a world that knows it already and sends no event; else NEVER
   */
  ping(client: number): MonoMs;
  /** Arrival of the server's latest ping, in a world that knows it and sends no event for it; else 0. */
  lastPing(client: number): MonoMs;
}
