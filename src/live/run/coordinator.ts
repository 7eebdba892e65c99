import type { Fault } from '../../core/fault/fault.ts';
import { EventQueue } from '../../core/time/event-queue.ts';
import type { Measurements } from '../../metrics/measurements.ts';
import type { Outcome, Phase, RunListener } from '../../metrics/run.ts';
import type { Sighting } from '../../metrics/sighting.ts';
import { unknownNow } from '../../metrics/unknown.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { targetName } from '../../scenario/target-name.ts';
import { whyNotFault, withFault } from '../../scenario/with-fault.ts';
import { sharedNowMs } from '../../metrics/wall-clock.ts';
import type { RunClock } from '../time/clock.ts';
import type { Injectors } from '../injectors/injectors.ts';
import type { ClockWatch } from '../time/clock-watch.ts';
import type { EventLog } from './event-log.ts';
import type { Aggregator } from './aggregator.ts';
import type { KeptUsers } from './kept-users.ts';
import { LastContact } from './last-contact.ts';
import { Loop } from '../time/loop.ts';
import type { ShardInterval } from '../shard/shard-messages.ts';
import type { ShardRecords } from './shard-records.ts';
import type { Shards } from '../worker/shards.ts';
import type { Target } from '../target/target.ts';
import { FaultScheduler } from './fault-scheduler.ts';
import { abortReason } from '../../threshold/abort-reason.ts';

/** Interval of progress reports and of the target's counts, ms. */
const PROGRESS_MS = 250;
const INTERVAL_MS = 1000;

/** The coordinator's alarms, followed by two for each fault occurrence: beginning and end. */
const ALARM = { progress: 0, interval: 1, end: 2, noAnswer: 3, faults: 4 } as const;

export interface RunCoordinatorParts {
  readonly scenario: Scenario;
  readonly clock: RunClock;
  readonly shards: Shards;
  readonly aggregator: Aggregator;
  readonly target: Target | null;
  readonly injectors: Injectors;
  readonly log: EventLog;
  readonly listener: RunListener;
  readonly clockWatch: ClockWatch;
  /** null: no tokens are kept for the next run */
  readonly keptUsers: KeptUsers | null;
  /** null: the shards are held here, and have no records of their own */
  readonly shardRecords: ShardRecords | null;
}

/** Coordinates a run from its first arrival to its end, on an event queue like the clients'. */
export class RunCoordinator {
  readonly #parts: RunCoordinatorParts;
  /** scenario with the faults that were injected by hand */
  #scenario: Scenario;
  readonly #queue: EventQueue;
  readonly #loop: Loop;
  readonly #faultScheduler: FaultScheduler;
  #end: (ended: Outcome['ended']) => void = () => {};
  #fail: (error: unknown) => void = () => {};
  /** end of the last reported interval, ms */
  #reportedToMs = 0;
  /** when the listener needs progress next, ms */
  #progressDueMs = 0;
  readonly #lastContact = new LastContact();
  #asking: Promise<void> = Promise.resolve();
  #over = false;

  constructor(parts: RunCoordinatorParts) {
    this.#parts = parts;
    this.#scenario = parts.scenario;
    this.#queue = new EventQueue(ALARM.faults + FaultScheduler.slots(parts.scenario));
    this.#faultScheduler = new FaultScheduler({ ...parts, queue: this.#queue, firstSlot: ALARM.faults });
    this.#loop = new Loop(
      this.#queue,
      parts.clock,
      (slot, dueAt) => this.#tryRing(slot, dueAt),
      () => {},
    );
  }

  /**
   * Runs until the scenario is over, `signal` aborts, or a threshold aborts the run.
   *
   * @param broken signal that the shards' host ends the run, which has been reported
   * @throws the error of a listener, such as a full disk
   */
  async run(signal: AbortSignal, broken: AbortSignal): Promise<Outcome['ended']> {
    const { scenario, log } = this.#parts;
    const interrupt = (): void => this.#end('interrupted');
    const breakOff = (): void => this.#end('aborted');
    const over = new Promise<Outcome['ended']>((resolve, reject) => {
      this.#end = resolve;
      this.#fail = reject;
      if (signal.aborted) return resolve('interrupted');
      if (broken.aborted) return resolve('aborted');
      signal.addEventListener('abort', interrupt);
      broken.addEventListener('abort', breakOff);
      this.#queue.set(ALARM.progress, 0);
      this.#queue.set(ALARM.interval, INTERVAL_MS);
      this.#queue.set(ALARM.end, scenario.durationMs);
      this.#queue.set(ALARM.noAnswer, this.#graceMs);
      this.#faultScheduler.start();
      this.#loop.start();
    });
    try {
      const ended = await over;
      this.stop();
      if (ended === 'interrupted') log.log('interrupted', 'winding down');
      await this.#asking;
      return ended;
    } finally {
      signal.removeEventListener('abort', interrupt);
      broken.removeEventListener('abort', breakOff);
    }
  }

  /**
   * Injects a fault by hand, now. It is recorded like a planned one.
   *
   * @returns why it does not begin; null: it begins
   */
  inject(fault: Fault): string | null {
    const { log, listener, shardRecords } = this.#parts;
    if (this.#over) return 'the run is over';
    const planned: Fault = { ...fault, atMs: Math.round(log.elapsedMs), repeat: null };
    const why = whyNotFault(this.#scenario, planned);
    if (why !== null) return why;
    this.#faultScheduler.inject(planned);
    shardRecords?.addFault(planned);
    this.#scenario = withFault(this.#scenario, planned);
    listener.onInjected?.(planned);
    this.#loop.nudge();
    return null;
  }

  /** Stops reports and requests for counts before the end of the run. */
  stop(): void {
    this.#over = true;
    this.#loop.stop();
  }

  /** Reports an interval that ends at `endMs`. */
  reportInterval(intervals: readonly ShardInterval[], endMs: number, phase: Phase): void {
    const { aggregator, listener, clockWatch, keptUsers, shardRecords } = this.#parts;
    for (const [n, { wallErrorMs }] of intervals.entries()) clockWatch.look(`worker ${n}`, wallErrorMs, sharedNowMs());
    const histograms = aggregator.addIntervals(intervals);
    keptUsers?.note(intervals.flatMap(({ renewed }) => renewed));
    listener.onInterval({
      startMs: this.#reportedToMs,
      endMs,
      progress: aggregator.progress(phase, endMs),
      histograms,
    });
    shardRecords?.report(intervals, this.#reportedToMs, endMs, phase);
    this.#reportedToMs = endMs;
  }

  /** The attempts that failed after the last client had become ready, if none is ready. */
  inVain(measurements: Measurements): readonly Sighting[] {
    return this.#lastContact.inVain(measurements);
  }

  #tryRing(slot: number, dueAt: number): void {
    try {
      this.#ring(slot, dueAt);
    } catch (error) {
      this.#fail(error);
    }
  }

  #ring(slot: number, dueAt: number): void {
    switch (slot) {
      case ALARM.progress:
        this.#queue.set(slot, dueAt + PROGRESS_MS);
        return this.#tellProgress(dueAt);
      case ALARM.interval:
        this.#queue.set(slot, dueAt + INTERVAL_MS);
        this.#asking = this.#askInterval().catch(this.#fail);
        return;
      case ALARM.end:
        return this.#end('completed');
      case ALARM.noAnswer:
        return this.#giveUpOnSilence(dueAt);
      default:
        return this.#faultScheduler.turn(slot);
    }
  }

  #tellProgress(dueAt: number): void {
    const { aggregator, log, listener, target } = this.#parts;
    target?.report();
    this.#lastContact.look(aggregator.readyTotal, () => aggregator.handshakeFailures);
    // Progress is added up only for who looks at it.
    if (listener.onProgress === undefined || dueAt < this.#progressDueMs) return;
    this.#progressDueMs = dueAt + (listener.progressEveryMs ?? 0);
    listener.onProgress(aggregator.progress('running', log.elapsedMs));
  }

  async #askInterval(): Promise<void> {
    const { shards, log, scenario } = this.#parts;
    const askedMs = log.elapsedMs;
    const intervals = await shards.takeIntervals(askedMs);
    this.reportInterval(intervals, Math.min(log.elapsedMs, scenario.durationMs), 'running');
    this.#abortIfFailed(askedMs);
  }

  /**
   * Ends the run if a threshold has failed that aborts it.
   *
   * @param toMs instant to which all workers have run: what a worker that stands still has not counted is no failure
   */
  #abortIfFailed(toMs: number): void {
    const { aggregator, log } = this.#parts;
    // Measurements are computed only where a threshold needs them.
    if (this.#over || !this.#scenario.thresholds.some(({ abort }) => abort)) return;
    const reason = abortReason(this.#scenario, aggregator.progress('running', toMs).measurements);
    if (reason === null) return;
    log.log('aborted', reason);
    this.#end('aborted');
  }

  /** Longest time without any ready client, ms: an attempt's timeout and more. */
  get #graceMs(): number {
    const { clients, generator } = this.#parts.scenario;
    return clients.connectTimeoutMs + generator.giveUpAfterMs;
  }

  #giveUpOnSilence(dueAt: number): void {
    const { aggregator, log, scenario } = this.#parts;
    const { measurements } = aggregator.progress('running', log.elapsedMs);
    if (measurements.curves.total('ready') > 0 || unknownNow(measurements.curves) > 0) return;
    // No client has arrived so far.
    if (measurements.counts.clientsStarted === 0) return this.#queue.set(ALARM.noAnswer, dueAt + this.#graceMs);
    log.log(
      'aborted',
      `nobody became ready at ${targetName(scenario)} within ${this.#graceMs / 1000} s (clients.connectTimeout and generator.giveUpAfter)`,
    );
    this.#end('aborted');
  }
}
