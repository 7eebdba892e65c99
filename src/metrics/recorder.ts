import { CONDITION, type Condition } from '../core/client/conditions.ts';
import type { CommandFailure, CommandSkip, Observer } from '../core/client/observer.ts';
import type { State, StopReason } from '../core/client/states.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import type { MonoMs } from '../core/time/instant.ts';
import { Curves } from './curves.ts';
import { A_MOMENT_MS } from './downtime.ts';
import { failureCell, LOSSES } from './failures.ts';
import type { CommandSink } from './command-log.ts';
import type { Lateness } from './lateness.ts';
import {
  COUNT_INDEX as COUNT,
  SERIES_INDEX as CURVE,
  REASON,
  TIMING_INDEX as TIMING,
  TIMINGS,
} from '../core/metrics.ts';
import type { RecorderStore } from './store.ts';
import type { Timing } from './timing.ts';
import { destroyTimings, emptyTimings, encodeInterval, type IntervalHistograms, type Timings } from './timings.ts';

/**
 * Counts observations of clients. Hot: no observation allocates.
 *
 *     observation      curves                        timing                  counts
 *     populated        stateIdle + n
 *     moved            state from - 1, to + 1
 *     condition        condition from - 1, to + 1,
 *                      conditionsLeft
 *     attempt          attempts, arrivals if first                           clientsStarted if first
 *     attemptFailed    attemptsFailed                handshake failed
 *     ready            ready, recovered if lost      handshake from intended,
 *                                                    recovery from lost
 *     lost             lostRenewal, lostExpired,                             and by reason, in the row LOSSES
 *                      lostChannel, lostClosed or                            of the failures
 *                      lostDropped
 *     join             joins
 *     joined                                         join from intended
 *     rejoined         recovered, rejoined           recovery from lost
 *     stopped          stopped, abandoned if lost    recovery failed if lost stoppedGaveUp, …OnAdvice, …LoggedOut
 *     notBack                                        recovery failed         longNotBack if out for a second
 *     refresh          refreshes
 *     refreshed        refreshed                     refresh from intended
 *     refreshFailed    refreshFailed…                refresh failed
 *     sent             sent, or resent if again
 *     acknowledged     acknowledged                  command from intended
 *     gaveUp           gaveUp                        command failed
 *     skipped          skipped                       command failed
 *     unexpectedEvent                                                        unexpectedEvents
 *     late                                           lateness
 *     behind                                                                 clientsBehind, as of now
 *     happened         of its number
 *     count                                                                  of its number
 *     timed, failed,                                 of its number
 *     unfinished
 *
 * Curves use the actual instant of an event, not the intended one. What squall was late with is also added to the shifts,
 * which move it to its on-time bin, and each latency is also recorded without squall's own lateness. An end that the run itself causes (NETWORK.windDown)
 * is neither a failure nor a loss, and is not recorded. A notice before `exp` counts as a latency of 0. `sent`,
 * `acknowledged` and `gaveUp` also go to the command log, if there is one.
 */
export class Recorder implements Observer {
  readonly #store: RecorderStore;
  readonly #curves: Curves;
  readonly #interval: Timings;
  /** the same timings, by TIMING_INDEX */
  readonly #byIndex: readonly Timing[];
  readonly #commands: CommandSink | null;
  /** null: nothing is ever late, as in virtual time */
  readonly #late: Lateness | null;
  readonly #shifts: Curves | null;

  constructor(store: RecorderStore, commands: CommandSink | null, late: Lateness | null = null) {
    this.#store = store;
    this.#curves = new Curves(store.curves);
    this.#late = late;
    this.#shifts = store.shifts === null ? null : new Curves(store.shifts);
    this.#interval = emptyTimings();
    this.#byIndex = TIMINGS.map((name) => this.#interval[name]);
    this.#commands = commands;
  }

  /** Adds `n` clients in state idle. */
  populated(clients: number): void {
    this.#curves.add(CURVE.stateIdle, 0, clients);
  }

  /** Records the lateness of one of squall's own events. */
  late(ms: number): void {
    this.#interval.lateness.recordMs(ms);
  }

  /** Records the number of clients with which squall is behind now. */
  behind(clients: number): void {
    this.#store.counts[COUNT.clientsBehind] = clients;
  }

  /**
   * Returns the latencies since the last call, and resets them. Call it once a second.
   *
   * @param sum timings to which they are added as well; `addInterval` adds them from the payloads
   */
  takeInterval(sum?: Timings): IntervalHistograms {
    const histograms = encodeInterval(this.#interval);
    for (const name of TIMINGS) {
      const timing = this.#interval[name];
      if (timing.count === 0 && timing.unfinished === 0) continue;
      sum?.[name].merge(timing);
      this.count(COUNT.clamped, timing.clamped);
      timing.reset();
    }
    return histograms;
  }

  /** Frees the memory of the histograms. The recorder must not be used afterwards. */
  destroy(): void {
    destroyTimings(this.#interval);
  }

  moved(from: State, to: State, now: MonoMs): void {
    this.#late?.moved(now);
    this.#add(CURVE.stateIdle + from, now, -1);
    this.#add(CURVE.stateIdle + to, now);
  }

  condition(from: Condition, to: Condition, now: MonoMs): void {
    if (from !== CONDITION.none) {
      this.#add(FIRST_CONDITION + from - 1, now, -1);
      this.#add(CURVE.conditionsLeft, now);
    }
    if (to !== CONDITION.none) this.#add(FIRST_CONDITION + to - 1, now);
  }

  attempt(now: MonoMs, intended: MonoMs, first: boolean): void {
    this.#add(CURVE.attempts, now);
    this.#late?.attempted(now - intended);
    if (!first) return;
    this.#add(CURVE.arrivals, now);
    this.count(COUNT.clientsStarted, 1);
  }

  attemptFailed(now: MonoMs, signal: Signal): void {
    if (signal === NETWORK.windDown) return;
    this.#late?.attemptFailed();
    this.#add(CURVE.attemptsFailed, now);
    this.failed(TIMING.handshake, signal);
  }

  ready(now: MonoMs, intended: MonoMs, lostAt: MonoMs): void {
    const late = this.#late;
    this.#add(CURVE.ready, now);
    this.#took(this.#interval.handshake, now - intended, late?.ofAttempt, late?.ofReady(late.ofAttempt));
    if (!Number.isNaN(lostAt)) {
      this.#add(CURVE.recovered, now);
      this.#took(this.#interval.recovery, now - lostAt, late?.ofLoss, late?.ofReady(late.ofLoss));
    }
    late?.ready(now - intended);
  }

  lost(now: MonoMs, signal: Signal, expired: boolean): void {
    if (signal === NETWORK.windDown) return;
    this.#late?.lost();
    this.#add(lossCurve(signal, expired), now);
    this.failed(LOSSES, signal);
  }

  join(now: MonoMs, intended: MonoMs): void {
    this.#add(CURVE.joins, now);
    this.#late?.asksToJoin(now - intended);
  }

  joined(now: MonoMs, intended: MonoMs): void {
    const late = this.#late;
    this.#took(this.#interval.join, now - intended, late?.ofJoin, late?.ofReady(late.ofJoin));
  }

  rejoined(now: MonoMs, lostAt: MonoMs): void {
    const late = this.#late;
    this.#add(CURVE.recovered, now);
    this.#add(CURVE.rejoined, now);
    this.#took(this.#interval.recovery, now - lostAt, late?.ofLoss, late?.ofReady(late.ofLoss));
    late?.rejoined();
  }

  stopped(now: MonoMs, reason: StopReason, lostAt: MonoMs): void {
    this.#add(CURVE.stopped, now);
    this.count(STOP_COUNT[reason], 1);
    if (Number.isNaN(lostAt)) return;
    this.#add(CURVE.abandoned, now);
    this.failed(TIMING.recovery, REASON.recovery[reason]);
  }

  notBack(now: MonoMs, lostAt: MonoMs): void {
    this.failed(TIMING.recovery, REASON.recovery['not-back']);
    if (now - lostAt >= A_MOMENT_MS) this.count(COUNT.longNotBack, 1);
  }

  refresh(now: MonoMs, intended: MonoMs): void {
    this.#late?.requested(now - intended);
    this.#add(CURVE.refreshes, now);
  }

  refreshed(now: MonoMs, intended: MonoMs): void {
    this.#add(CURVE.refreshed, now);
    this.#took(this.#interval.refresh, now - intended, this.#late?.ofRequest, this.#late?.ofAnswer);
    this.#late?.granted(now - intended);
  }

  refreshFailed(now: MonoMs, signal: Signal): void {
    if (signal === NETWORK.windDown) return;
    this.#add(refreshFailureCurve(signal), now);
    this.failed(TIMING.refresh, signal);
  }

  happened(curve: number, now: MonoMs): void {
    this.#add(curve, now);
    if (curve === CURVE.logins) this.#late?.requested();
  }

  count(count: number, n: number): void {
    this.#store.counts[count]! += n;
    if (count !== COUNT.exposureMs || this.#late === null) return;
    this.#store.counts[COUNT.exposureLateMs]! += Math.min(n, this.#late.ofExposure);
  }

  timed(timing: number, ms: number): void {
    const late = this.#late;
    if (late === null) this.#byIndex[timing]!.recordMs(ms);
    else if (timing === TIMING.login) {
      this.#took(this.#byIndex[timing]!, ms, late.ofRequest, late.ofAnswer);
      late.granted(ms);
    } else this.#took(this.#byIndex[timing]!, ms, 0, late.own);
  }

  failed(timing: number, reason: number): void {
    this.#store.failures[failureCell(timing, reason)]! += 1;
  }

  unfinished(timing: number, ms: number): void {
    this.#byIndex[timing]!.recordUnfinishedMs(ms);
  }

  sent(client: number, seq: number, now: MonoMs, again: boolean, intended: MonoMs): void {
    const late = this.#late;
    // A command that waited for its connection would have been sent at once had the connection been there when it was due.
    const lateMs = late === null ? 0 : again ? late.ms : Math.min(late.ms, now - intended);
    this.#add(again ? CURVE.resent : CURVE.sent, now, 1, lateMs);
    late?.sent(client, again, lateMs);
    this.#commands?.sent(client, seq, again);
  }

  acknowledged(client: number, seq: number, now: MonoMs, intended: MonoMs): void {
    const lateMs = this.#late === null ? 0 : Math.min(this.#late.settled(client), now - intended);
    this.#add(CURVE.acknowledged, now, 1, lateMs);
    this.#took(this.#interval.command, now - intended, 0, this.#late?.ofAcknowledgement(lateMs));
    this.#late?.acknowledged(now - intended);
    this.#commands?.acknowledged(client, seq);
  }

  gaveUp(client: number, seq: number, now: MonoMs, reason: CommandFailure): void {
    this.#late?.settled(client);
    this.#add(CURVE.gaveUp, now);
    this.failed(TIMING.command, REASON.command[reason]);
    this.#commands?.gaveUp(client, seq);
  }

  skipped(now: MonoMs, reason: CommandSkip): void {
    this.#add(CURVE.skipped, now);
    this.failed(TIMING.command, REASON.command[reason]);
  }

  unexpectedEvent(): void {
    this.count(COUNT.unexpectedEvents, 1);
  }

  /** Counts in a curve, and in the shifts what moves it to its on-time bin. */
  #add(series: number, now: MonoMs, n = 1, lateMs = this.#late === null ? 0 : this.#late.ms): void {
    this.#curves.add(series, now, n);
    if (lateMs > 0) this.#shifts?.move(series, now, now - lateMs, n);
  }

  /**
   * Records a latency from its on-time start, and the same without squall's own lateness.
   *
   * @param startMs lateness of its start, ms
   * @param lateMs lateness from its start to its end, ms
   */
  #took(timing: Timing, ms: number, startMs = 0, lateMs = 0): void {
    timing.recordMs(ms + startMs);
    if (this.#late !== null) timing.recordOnTimeMs(ms - lateMs);
  }
}

/** The curve of a condition; the curves are consecutive, and there is none for no condition. */
const FIRST_CONDITION = CURVE.conditionForbidden;

const STOP_COUNT: Readonly<Record<StopReason, number>> = {
  'gave-up': COUNT.stoppedGaveUp,
  'advised-to-stop': COUNT.stoppedOnAdvice,
  'logged-out': COUNT.stoppedLoggedOut,
};

function lossCurve(signal: Signal, expired: boolean): number {
  if (signal === NETWORK.renewal) return CURVE.lostRenewal;
  if (expired) return CURVE.lostExpired;
  if (signal === NETWORK.channelLost) return CURVE.lostChannel;
  return signal >= 1000 ? CURVE.lostClosed : CURVE.lostDropped;
}

function refreshFailureCurve(signal: Signal): number {
  if (signal === NETWORK.invalidGrant) return CURVE.refreshFailedGrant;
  if (signal === NETWORK.timeout) return CURVE.refreshFailedTimeout;
  if (signal === NETWORK.malformed) return CURVE.refreshFailedMalformed;
  if (signal >= 100) return CURVE.refreshFailedStatus;
  return CURVE.refreshFailedNetwork;
}
