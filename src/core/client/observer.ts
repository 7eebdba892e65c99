import type { MonoMs } from '../time/instant.ts';
import type { Signal } from '../signal.ts';
import type { Condition } from './conditions.ts';
import type { State, StopReason } from './states.ts';

/**
 * Everything there is to see of a population, one call an observation. The recorder implements it for both worlds.
 * `now` is when it happened, `intended` when the policy meant it to happen: latencies start at the latter.
 */
export interface Observer {
  moved(from: State, to: State, now: MonoMs): void;
  condition(from: Condition, to: Condition, now: MonoMs): void;

  /** an attempt began; `first` for the first one of a client's context (an arrival, not a reconnect) */
  attempt(now: MonoMs, intended: MonoMs, first: boolean): void;
  attemptFailed(now: MonoMs, signal: Signal): void;
  /** connected and authenticated after an attempt; `lostAt` is NaN when nothing had been lost */
  ready(now: MonoMs, intended: MonoMs, lostAt: MonoMs): void;
  /** a ready connection ended; `expired` when it was ended because its token had run out */
  lost(now: MonoMs, signal: Signal, expired: boolean): void;
  /** gone for good; `lostAt` as for `ready`: a client that had been ready leaves a recovery unfinished */
  stopped(now: MonoMs, reason: StopReason, lostAt: MonoMs): void;

  /** the run ended during an attempt */
  attemptUnfinished(now: MonoMs, intended: MonoMs): void;
  /** the run ended before a client that had been ready was ready again */
  notBack(now: MonoMs, lostAt: MonoMs): void;

  refresh(now: MonoMs, intended: MonoMs): void;
  refreshed(now: MonoMs, intended: MonoMs): void;
  refreshFailed(now: MonoMs, signal: Signal): void;
  /** the run ended during a token request */
  refreshUnfinished(now: MonoMs, intended: MonoMs): void;

  /** the client learned that its token had run out: told, or closed. `expiredAt` is `exp` in true time */
  expiryNoticed(now: MonoMs, expiredAt: MonoMs): void;
  /** a connection outlived its token and ended, or the run did, without a word about it */
  expiryUnnoticed(now: MonoMs): void;
  /** time spent ready on a token past its `exp`, added when it ends */
  exposed(ms: number): void;

  /** the client goes round in a loop; told once for each client and kind */
  looping(kind: Loop): void;
  /** nothing is heard over a ready connection although something was due; told once for each connection */
  silent(): void;
  /** for how long a silent connection had been silent, added when it ends or something is heard */
  silence(ms: number): void;
  /** a connection has ended that was ready when its session was revoked */
  revocationClosed(now: MonoMs, revokedAt: MonoMs): void;
  /** the run ended before such a connection did */
  revocationUnclosed(): void;

  /** a command came due: it is sent now, or later, or never */
  due(now: MonoMs): void;
  /** `again`: the id had been sent before */
  sent(client: number, seq: number, now: MonoMs, again: boolean): void;
  acknowledged(client: number, seq: number, now: MonoMs, intended: MonoMs): void;
  /** the client gave up on a command that it had sent, and reported it as failed */
  gaveUp(client: number, seq: number, now: MonoMs, reason: CommandFailure): void;
  /** the run ended before a command that had fallen due was acknowledged or given up */
  commandUnfinished(now: MonoMs, intended: MonoMs): void;
  /** a command that had come due is never sent */
  skipped(now: MonoMs, reason: CommandSkip): void;

  /** an event that makes no sense in this state: the remote misbehaved */
  unexpectedEvent(now: MonoMs, state: State): void;
}

export type CommandFailure = 'ack-timeout' | 'connection-lost' | 'stopped' | 'forbidden';

/**
 * Why a command is never sent: there was no connection as it came due, and the policy sends nothing later; or it waited
 * for a connection and the client stopped for good.
 */
export type CommandSkip = 'not-connected' | 'stopped';

/** What a client can do over and over. */
export type Loop = 'reconnect' | 'refresh';
