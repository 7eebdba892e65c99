import type { GeneratorHealth } from '../../metrics/run.ts';
import type { Measurements } from '../../metrics/measurements.ts';
import { NETWORK, signalName } from '../../core/signal.ts';
import type { ProcessUse, ShardInterval } from '../shard/shard-messages.ts';

/** Facts by which the generator's health is evaluated. */
export interface HealthFacts {
  readonly workers: number;
  readonly maxLatenessP99Ms: number;
  readonly measurements: Measurements;
  /** last interval of each worker */
  readonly intervals: readonly ShardInterval[];
  /** CPU time of this process since the start of the run, without the processes of workers, s */
  readonly cpuSeconds: number;
  readonly rssBytes: number;
  /** largest share of a stretch for which the embedded target lacked a core that other work had */
  readonly targetStarved: number;
}

/**
 * Evaluates whether the generator kept up. If it was only late, thresholds are held against that lateness; if attempts or
 * requests could not begin when they were due, or the run ended late, nothing bounds what that changed.
 *
 * A worker that ended late has counted what came after the end of the run, so that totals may be too high. A worker that
 * ended in time and was behind with clients has counted too little, and nothing too much: see `isCutShort`.
 */
export function evaluateHealth(facts: HealthFacts): GeneratorHealth {
  const { measurements, maxLatenessP99Ms, intervals } = facts;
  const latenessP99Ms = measurements.timings.lateness.quantileMs(0.99) ?? 0;
  const droppedStarts = measurements.timings.handshake.failures.get(signalName(NETWORK.localLimit)) ?? 0;
  const heldBack = [
    ['attempts', intervals.reduce((sum, interval) => sum + interval.delayedAttempts, 0)],
    ['token requests', intervals.reduce((sum, interval) => sum + interval.delayedRequests, 0)],
    ['requests before a join', intervals.reduce((sum, interval) => sum + interval.delayedJoinRequests, 0)],
  ] as const;
  const reasons: string[] = [];
  if (latenessP99Ms > maxLatenessP99Ms) {
    reasons.push(
      `the generator ran late: 1 % of its events by more than ${latenessP99Ms.toFixed(1)} ms, ` +
        `where ${maxLatenessP99Ms} ms is the limit (generator.maxLateness)`,
    );
  }
  const endLateMs = Math.max(0, ...intervals.map((interval) => interval.endLateMs));
  const isEndLate = endLateMs > maxLatenessP99Ms;
  if (isEndLate) {
    reasons.push(
      `the generator ended the run ${Math.round(endLateMs)} ms late, where ${maxLatenessP99Ms} ms is the limit ` +
        '(generator.maxLateness): how the clients stood at its end is not known',
    );
  }
  if (droppedStarts > 0) {
    reasons.push(`${droppedStarts} attempts could not begin: this machine had no descriptor or port left`);
  }
  for (const [what, many] of heldBack) {
    if (many > 0) reasons.push(`${many} ${what} were held back by the rate cap for foreign hosts (target.rate)`);
  }
  return {
    workers: facts.workers,
    latenessP99Ms,
    loopDelayP99Ms: Math.max(0, ...intervals.map((interval) => interval.loopDelayP99Ms)),
    cpuSeconds: facts.cpuSeconds + cpuSecondsOf(intervals),
    rssBytes: facts.rssBytes + sumOf(intervals, ({ rssBytes }) => rssBytes),
    droppedStarts,
    saturated: reasons.length > 0,
    reasons,
    targetStarved: facts.targetStarved,
    unbounded: isEndLate || droppedStarts > 0 || heldBack.some(([, many]) => many > 0),
  };
}

/** CPU time of the workers that are processes of their own, s. */
export function cpuSecondsOf(intervals: readonly ShardInterval[]): number {
  return sumOf(intervals, ({ cpuSeconds }) => cpuSeconds);
}

/** What the workers that are processes of their own used, in sum. */
function sumOf(intervals: readonly ShardInterval[], of: (use: ProcessUse) => number): number {
  return intervals.reduce((sum, { ownProcess }) => sum + (ownProcess === null ? 0 : of(ownProcess)), 0);
}
