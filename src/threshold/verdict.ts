import type { FaultOutcome } from '../core/fault/outcome.ts';
import { isCutShort } from '../metrics/cut-short.ts';
import type { Measurements } from '../metrics/measurements.ts';
import {
  hasEndedRun,
  ISSUE_KINDS,
  isLoss,
  type GeneratorHealth,
  type IntegrityIssue,
  type Outcome,
} from '../metrics/run.ts';
import type { Sighting } from '../metrics/sighting.ts';
import type { Timing } from '../metrics/timing.ts';
import type { Evaluation } from './evaluate.ts';
import { hasMissed, isUntested, missReason, weighedFaults } from './missed-faults.ts';
import { openText } from './open-text.ts';
import { starvedReason } from './starved-target.ts';
import { unreachableReason } from './unreachable.ts';

export interface VerdictWithReasons {
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** sentences that say why; empty for a pass */
  readonly reasons: readonly string[];
  readonly exitCode: 0 | 1 | 3 | 4 | 130;
}

export interface VerdictInputs {
  readonly thresholds: readonly Evaluation[];
  readonly generator: GeneratorHealth;
  readonly faults: readonly FaultOutcome[];
  readonly ended: Outcome['ended'];
  /** no attempt was ever answered */
  readonly unreachable: boolean;
  /** its name in messages */
  readonly target: string;
  readonly integrity: readonly IntegrityIssue[];
  /** answers and frames of the target that clients could not use */
  readonly seen?: readonly Sighting[];
  /** holds the counts of failed attempts by reason, and whether the lateness of each event is known */
  readonly measurements?: Pick<Measurements, 'shifts'> & {
    readonly timings: { readonly handshake: Pick<Timing, 'failures'> };
  };
}

/**
 * The verdict on a run. The first of these that applies decides; the reasons of those below it follow.
 *
 *     interrupted by a person                inconclusive  130   what was not run was not tested
 *     no client ever became ready            inconclusive    4   nothing was tested
 *     an integrity issue                     inconclusive    3   what was measured is not what the scenario asks for
 *     the generator's error has no bounds    inconclusive    3   a bad figure may be the generator's own
 *     a planned fault missed its clients     inconclusive    3   what was tested is not what was planned
 *     a failure of a starved target          inconclusive    3   other work on the machine may have made it slow
 *     a threshold failed or aborted the run  fail            1   a failure stands, whatever else is unknown
 *     a shard was lost                       inconclusive    3   its clients did not do what the scenario asks for
 *     a threshold is open, or had no data    inconclusive    3   a pass would claim what was not tested
 *     none of these                          pass            0
 *
 * Thresholds are held against squall's own lateness, and against the clients that a fault missed which hit others: those
 * that could come out otherwise are open. The generator's error has no bounds when attempts could not begin, and when the results do not say
 * how late each event was. Without thresholds, a generator that was saturated and a fault that missed its clients decide.
 *
 * Of a lost shard nothing is known from its loss on: a threshold fails only if it does so whatever its clients would have done.
 *
 * A target that other work kept from its cores is slower than it is: a threshold that passed all the same stands, and a
 * note says so; one that failed may have passed without that work.
 *
 * Missed faults count only in runs that reached their end: an aborted run may not have reached them, and is no pass
 * anyway. A fault that was injected by hand may miss.
 */
export function verdict(inputs: VerdictInputs): VerdictWithReasons {
  const { thresholds, ended, unreachable, target, integrity, seen = [], measurements } = inputs;
  const failed = thresholds.filter(({ ok }) => ok === false).map(({ expression, text }) => `${expression}: ${text}`);
  const unknown = thresholds.filter(({ ok }) => ok === null).map(openReason);
  const planned = weighedFaults(inputs);
  const lost = issueReasons(integrity.filter((issue) => isLoss(issue)));
  const unfit = [
    ...issueReasons(integrity.filter((issue) => !isLoss(issue))),
    ...(isUnbounded(inputs) ? [`the generator was saturated: ${inputs.generator.reasons.join('; ')}`] : []),
    ...planned.filter(isUntested).map(missReason),
  ];
  const isMissOpen = thresholds.length === 0 || thresholds.some(({ open }) => open?.why === 'missed');
  const missed = isMissOpen ? planned.filter(hasMissed).map(missReason) : [];
  const isAborted = ended === 'aborted' && !unreachable && !hasEndedRun(integrity);
  const aborted = isAborted ? ['a threshold failed during the run and aborted it'] : [];
  const starved = failed.length + aborted.length > 0 ? starvedReason(inputs.generator) : null;
  const doubts = starved === null ? [] : [`${starved}, and a threshold may have failed because of that`];
  const reasons = [...unfit, ...doubts, ...lost, ...aborted, ...failed, ...missed, ...unknown];

  if (ended === 'interrupted') {
    return { verdict: 'inconclusive', reasons: ['the run was interrupted', ...reasons], exitCode: 130 };
  }
  if (unreachable) {
    const why = unreachableReason({ target, seen, failures: measurements?.timings.handshake.failures ?? new Map() });
    return { verdict: 'inconclusive', reasons: [why, ...reasons], exitCode: 4 };
  }
  if (unfit.length + doubts.length > 0) return { verdict: 'inconclusive', reasons, exitCode: 3 };
  // What aborted a run after a loss may owe it to the loss, unless a threshold has failed for certain.
  const isFailed = failed.length > 0 || (aborted.length > 0 && lost.length === 0);
  if (isFailed) return { verdict: 'fail', reasons, exitCode: 1 };
  if (reasons.length > 0) return { verdict: 'inconclusive', reasons, exitCode: 3 };
  return { verdict: 'pass', reasons: [], exitCode: 0 };
}

/** The parts of a finished run that decide whether only squall's own lateness keeps it from a verdict. */
export type OpenInputs = Pick<VerdictInputs, 'thresholds' | 'faults' | 'integrity'> & {
  readonly generator: Pick<GeneratorHealth, 'saturated' | 'unbounded'>;
  readonly ended: Outcome['ended'] | 'cut-off';
  readonly measurements: Pick<Measurements, 'shifts' | 'curves' | 'counts'>;
};

/**
 * Whether a run has no verdict for the sake of squall's own lateness alone, which leaves bounds for each of its figures:
 * thresholds are open because of it, or there are none and the generator was saturated.
 */
export function isOpenByLateness({
  thresholds,
  generator,
  faults,
  integrity,
  ended,
  measurements,
}: OpenInputs): boolean {
  if (ended !== 'completed' || integrity.length > 0 || measurements.curves.total('ready') === 0) return false;
  if (measurements.shifts === null || generator.unbounded || faults.some(isUntested)) return false;
  if (isCutShort(measurements)) return false;
  if (thresholds.length === 0) return generator.saturated && !faults.some(hasMissed);
  const undecided = thresholds.filter(({ ok }) => ok === null);
  return (
    undecided.length > 0 &&
    undecided.every(({ open }) => open?.why === 'generator') &&
    thresholds.every(({ ok }) => ok !== false)
  );
}

/** Whether nothing bounds what the generator's own error could have changed. */
function isUnbounded({ generator, thresholds, measurements }: VerdictInputs): boolean {
  if (!generator.saturated) return false;
  const isLatenessKnown = measurements !== undefined && measurements.shifts !== null;
  return generator.unbounded || !isLatenessKnown || thresholds.length === 0;
}

function openReason({ expression, text, open }: Evaluation): string {
  const outcome = `${expression}: ${text}`;
  return open === null ? outcome : `${outcome}; ${openText(open)}`;
}

/** Most issues of one kind that are listed; the rest are counted. */
const ISSUES_NAMED_MAX = 5;

/** Lists the first issues of each kind, and counts the rest: a process may die again and again. */
function issueReasons(integrity: readonly IntegrityIssue[]): readonly string[] {
  return ISSUE_KINDS.flatMap((kind) => {
    const texts = integrity.filter((issue) => issue.kind === kind).map(({ text }) => text);
    const more = texts.length - ISSUES_NAMED_MAX;
    return [...texts.slice(0, ISSUES_NAMED_MAX), ...(more > 0 ? [`and ${more} more issues of kind ${kind}`] : [])];
  });
}
