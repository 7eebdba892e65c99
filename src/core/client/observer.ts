import type { MonoMs } from '../time/instant.ts';
import type { Signal } from '../signal.ts';
import type { Condition } from './conditions.ts';
import type { State, StopReason } from './states.ts';

/**
 * Observes a population, one call an observation. The recorder implements it for both worlds. An
 * observation that is one entry of the registry of metrics is counted by its number.
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

  /** the run ended before a client that had been ready was ready again */
  notBack(now: MonoMs, lostAt: MonoMs): void;

  refresh(now: MonoMs, intended: MonoMs): void;
  refreshed(now: MonoMs, intended: MonoMs): void;
  refreshFailed(now: MonoMs, signal: Signal): void;

  /** an event of one of SERIES_INDEX, and of nothing else */
  happened(curve: number, now: MonoMs): void;
  /** adds to one of COUNT_INDEX */
  count(count: number, n: number): void;
  /** a latency of one of TIMING_INDEX has ended */
  timed(timing: number, ms: number): void;
  /** a latency of one of TIMING_INDEX never ends; `reason` is one of REASON, or a signal */
  failed(timing: number, reason: number): void;
  /** the run ended during a latency of one of TIMING_INDEX, at this age */
  unfinished(timing: number, ms: number): void;

  /** `again`: the id had been sent before */
  sent(client: number, seq: number, now: MonoMs, again: boolean): void;
  acknowledged(client: number, seq: number, now: MonoMs, intended: MonoMs): void;
  /** the client gave up on a command that it had sent, and reported it as failed */
  gaveUp(client: number, seq: number, now: MonoMs, reason: CommandFailure): void;
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
