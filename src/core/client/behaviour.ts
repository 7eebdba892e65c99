import type { SignalRule } from '../policy/advice.ts';
import type { BackoffPolicy } from '../policy/backoff.ts';
import type { RefreshPolicy } from '../policy/refresh.ts';
import type { Renewal } from '../token/carrier.ts';

/** Behaviour that all clients of a population share. */
export interface Behaviour {
  readonly backoff: BackoffPolicy;
  /** what signals mean in the protocol, unless a rule of the backoff or the server's advice says otherwise */
  readonly closeRules: readonly SignalRule[];
  readonly refresh: RefreshPolicy;
  readonly renewal: Renewal;
  /** whether the token travels in the first message, so that an open socket is not ready yet */
  readonly firstMessage: boolean;
  /** null: the protocol joins no channels */
  readonly join: JoinBehaviour | null;
  /** limit from the dial to ready, and on an in-band authentication */
  readonly connectTimeoutMs: number;
  readonly commands: CommandBehaviour | null;
  readonly heartbeat: HeartbeatBehaviour | null;
  /** whether clients follow pings that the server announces in place of those of `heartbeat` */
  readonly heartbeatAnnounced: boolean;
  /** whether clients ping only after a silence of the heartbeat's period, not in each period */
  readonly pingsAfterSilence: boolean;
  /** longest silence between the pings of a server that announces none of its own, ms; 0: it does not ping */
  readonly serverSilenceMs: number;
  readonly loop: LoopLimit;
}

/** Joins of channels, on a connection that is open and authenticated. */
export interface JoinBehaviour {
  /** limit on a join, where joins are tried again */
  readonly timeoutMs: number;
  /** delays before a join is tried again on the same connection; null: a join that fails ends the connection */
  readonly rejoin: BackoffPolicy | null;
  /** whether a join presents the token in hand */
  readonly presents: boolean;
}

/** Pings of the clients. */
export interface HeartbeatBehaviour {
  /** period of the pings */
  readonly everyMs: number;
  /** silence after a ping at which the connection is given up, where pings are answered */
  readonly timeoutMs: number;
  /** false: pings have no answer, and no ping ends the connection */
  readonly answered: boolean;
}

export interface CommandBehaviour {
  /** period in each of which one command is due */
  readonly periodMs: number;
  readonly ackTimeoutMs: number;
  readonly resend: boolean;
  /** whether commands are sent on an open socket before the first message is answered */
  readonly beforeAuth: boolean;
}

/**
 * Limit beyond which a client is in a loop: more than `rounds` repetitions within `withinMs`. A repetition is an attempt,
 * or a token request, that follows the previous one within that time.
 */
export interface LoopLimit {
  readonly rounds: number;
  readonly withinMs: number;
}
