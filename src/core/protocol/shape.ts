import type { SignalRule } from '../policy/advice.ts';
import type { ServerEnds } from './server-ends.ts';

/**
 * The shape of a protocol: all that virtual time needs of it. Plain data.
 */
export interface ProtocolShape {
  readonly name: string;
  /**
   * how a connection is authenticated after its socket has opened: not at all (the upgrade did it), by the client's first
   * message, or by a message after the server's greeting
   */
  readonly handshake: 'none' | 'client-first' | 'server-first';
  /** round trips after the authentication until the connection is ready: joins, subscriptions, steps of a script */
  readonly joins: number;
  readonly keepAlive: KeepAliveShape;
  readonly acknowledges: boolean;
  readonly renewsInBand: boolean;
  /** requests to another service in every attempt, before the dial: a ticket, a negotiation, a polling handshake */
  readonly requestsBeforeDial: number;
  /** how the server refuses tokens and ends connections */
  readonly ends: ServerEnds;
  /** what signals mean for a client, unless the scenario, the client library or the server's advice says otherwise */
  readonly closeRules: readonly SignalRule[];
}

/**
 * Who pings, how often, and the silence after which the other side is given up. `client`: the client sends pings and
 * awaits answers; `server`: the client gives up when no ping of the server came for `everyMs + timeoutMs`.
 */
export type KeepAliveShape =
  | { readonly by: 'none' }
  | { readonly by: 'client' | 'server'; readonly everyMs: number; readonly timeoutMs: number };
