import type { MonoMs } from '../time/instant.ts';
import type { Signal } from '../signal.ts';
import type { Condition } from './conditions.ts';
import type { State, StopReason } from './states.ts';

/**
 * Observes a population, one call an observation. The recorder implements it for both worlds. Observations that are
 * single entries of the registry of metrics are counted by their number.
 * `now` is the actual instant, `intended` the instant in the policy's plan, at which latencies start.
 */
export interface Observer {
  moved(from: State, to: State, now: MonoMs): void;
  condition(from: Condition, to: Condition, now: MonoMs): void;

  /** an attempt began; `first`: the client's first one (an arrival, not a reconnect) */
  attempt(now: MonoMs, intended: MonoMs, first: boolean): void;
  attemptFailed(now: MonoMs, signal: Signal): void;
  /** connected and authenticated after an attempt; `lostAt` is NaN for a client that had lost no connection */
  ready(now: MonoMs, intended: MonoMs, lostAt: MonoMs): void;
  /** a ready connection or its channel ended; `expired`: because its token had expired */
  lost(now: MonoMs, signal: Signal, expired: boolean): void;
  /** channels were asked for, on a connection that is open and authenticated */
  join(now: MonoMs, intended: MonoMs): void;
  /** the channels that were asked for are joined; `ready` or `rejoined` follows */
  joined(now: MonoMs, intended: MonoMs): void;
  /** ready again over the same connection, after its channel was lost */
  rejoined(now: MonoMs, lostAt: MonoMs): void;
  /** stopped for the rest of the run; `lostAt` as for `ready`: a client that had been ready leaves a recovery unfinished */
  stopped(now: MonoMs, reason: StopReason, lostAt: MonoMs): void;

  /** the run ended before a client that had been ready was ready again */
  notBack(now: MonoMs, lostAt: MonoMs): void;

  refresh(now: MonoMs, intended: MonoMs): void;
  refreshed(now: MonoMs, intended: MonoMs): void;
  refreshFailed(now: MonoMs, signal: Signal): void;

  /** an event that is one entry of SERIES_INDEX */
  happened(curve: number, now: MonoMs): void;
  /** adds to one of COUNT_INDEX */
  count(count: number, n: number): void;
  /** a latency of one of TIMING_INDEX has ended */
  timed(timing: number, ms: number): void;
  /** a latency of one of TIMING_INDEX failed; `reason` is one of REASON, or a signal */
  failed(timing: number, reason: number): void;
  /** the run ended during a latency of one of TIMING_INDEX, at this age */
  unfinished(timing: number, ms: number): void;

  /** `again`: the id had been sent before */
  sent(client: number, seq: number, now: MonoMs, again: boolean, intended: MonoMs): void;
  acknowledged(client: number, seq: number, now: MonoMs, intended: MonoMs): void;
  /** the client gave up on a command that it had sent, and reported it as failed */
  gaveUp(client: number, seq: number, now: MonoMs, reason: CommandFailure): void;
  /** a due command will never be sent */
  skipped(now: MonoMs, reason: CommandSkip): void;

  /** an event that this state does not allow: the remote misbehaved */
  unexpectedEvent(now: MonoMs, state: State): void;
}

export type CommandFailure = 'ack-timeout' | 'connection-lost' | 'stopped' | 'forbidden';

/**
 * Why a command is never sent: there was no connection when it was due and the policy sends nothing later, or the client
 * stopped while it waited for a connection.
 */
export type CommandSkip = 'not-connected' | 'stopped';
