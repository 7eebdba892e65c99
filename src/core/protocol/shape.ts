import type { SignalRule } from '../policy/advice.ts';
import type { BackoffPolicy } from '../policy/backoff.ts';
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
  /**
   * round trips from the open socket until the token is accepted, of a handshake; absent: one; 0: the server's first message,
   * which comes with the answer to the upgrade, is the acceptance
   */
  readonly authenticationTrips?: number;
  /** round trips after the authentication until the connection is ready: joins, subscriptions, steps of a script */
  readonly joins: number;
  readonly keepAlive: KeepAliveShape;
  readonly acknowledges: boolean;
  readonly renewsInBand: boolean;
  /** requests to another service in every attempt, before the dial: a ticket, a negotiation, a polling handshake */
  readonly requestsBeforeDial: number;
  /** how a join that failed, and a channel that was lost, are joined again on the same connection; absent: not at all */
  readonly rejoin?: Rejoin;
  /** whether the first of them presents the token, and is refused with HTTP 401 for a bad one; absent: it is not */
  readonly requestsCheckToken?: boolean;
  /** requests to another service before each join: the authorisation of a channel */
  readonly requestsBeforeJoin: 0 | 1;
  /** how the server refuses tokens and ends connections */
  readonly ends: ServerEnds;
  /** what signals mean for a client, unless the scenario, the client library or the server's advice says otherwise */
  readonly closeRules: readonly SignalRule[];
}

/** Joins that are tried again on a connection that stays open. */
export interface Rejoin {
  readonly backoff: BackoffPolicy;
  /** limit on a join */
  readonly timeoutMs: number;
  /** whether a join presents the token in hand, so that a newer one may be accepted after a refusal */
  readonly presents: boolean;
  /** whether the connection presents the token before, and is refused for a bad one; absent: joins alone present it */
  readonly afterConnection?: true;
}

/** The pings of both sides. null: this side sends none. */
export interface KeepAliveShape {
  readonly client: ClientPings | null;
  readonly server: ServerPings | null;
  /** whether the server may announce other pings of the client when it accepts a connection; absent: it does not */
  readonly announced?: true;
  /** whether the client pings only after a silence of `everyMs`, not in each interval of it; absent: it pings in each */
  readonly afterSilence?: true;
}

/** Pings that every client of a protocol sends, unless the scenario has others. */
export interface ClientPings {
  readonly everyMs: number;
  /** time after a ping without any message at which the client gives up; of pings that are answered */
  readonly timeoutMs: number;
  /** false: a ping has no answer, and only the server's own pings show that it is alive */
  readonly answered: boolean;
}

/** Pings of the server. The client gives up when nothing came for `everyMs + timeoutMs`. */
export interface ServerPings {
  readonly everyMs: number;
  readonly timeoutMs: number;
}

/** Neither side pings. */
export const NO_KEEP_ALIVE: KeepAliveShape = { client: null, server: null };
