import type { StopReason } from '../core/client/states.ts';
import { CONDITION_NAMES, mostClientsIn } from '../metrics/conditions.ts';
import { downtimeMs } from '../metrics/downtime.ts';
import { neverReadyOf, outOf } from '../metrics/lost.ts';
import type { Curves } from '../metrics/curves.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { viewsOf } from '../metrics/views.ts';
import type { FaultOutcome } from '../core/fault/outcome.ts';
import { REFRESH_FAILURES } from '../metrics/refresh-failures.ts';
import { readyNow } from '../metrics/ready.ts';
import { becameUnknown, unknownNow } from '../metrics/unknown.ts';
import { hasEndedRun, type GeneratorHealth, type IntegrityIssue, type WorldName } from '../metrics/run.ts';
import type { Sighting } from '../metrics/sighting.ts';
import { byName, COUNTS, TIMINGS, type TimingName } from '../core/metrics.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { figuresOf } from '../storm/figures.ts';
import type { Storm } from '../storm/storm.ts';
import type { Evaluation } from '../threshold/evaluate.ts';
import { appliesIn, meets } from '../threshold/expectation.ts';
import type { VerdictWithReasons } from '../threshold/verdict.ts';
import { meaningOf } from './meaning.ts';
import { notesOf } from './notes.ts';
import { cleaned } from './cleaned.ts';
import { errorsOf, type Prediction } from './prediction.ts';
import type { Summary } from './summary.ts';
import { STAMP } from './stamp.ts';

/** The data that a summary is made from. */
export interface SummaryInput {
  readonly scenario: Scenario;
  readonly world: WorldName;
  readonly startedAt: Date;
  readonly measurements: Measurements;
  readonly faults: readonly FaultOutcome[];
  readonly generator: GeneratorHealth;
  readonly ended: Summary['ended'];
  readonly storms: readonly Storm[];
  /** null for a run without --predict */
  readonly prediction: Prediction | null;
  readonly thresholds: readonly Evaluation[];
  readonly evaluation: Pick<VerdictWithReasons, 'verdict' | 'reasons'>;
  readonly seen?: readonly Sighting[];
  readonly warnings: readonly string[];
  readonly integrity: readonly IntegrityIssue[];
}

/** Makes the summary of a run, which is written, printed and compared. */
export function summarise(parts: SummaryInput): Summary {
  const { scenario, measurements, evaluation, generator } = parts;
  // Reasons, labels and warnings may quote any characters of a remote.
  return cleaned<Summary>({
    ...STAMP,
    scenario: scenario.name,
    scenarioDescription: scenario.description,
    seed: scenario.seed,
    world: parts.world,
    startedAt: parts.startedAt.toISOString(),
    durationMs: Math.round(measurements.elapsedMs),
    ended: parts.ended,
    verdict: evaluation.verdict,
    reasons: [...evaluation.reasons],
    notes: [...notesOf({ ...parts, verdictOf: parts })],
    warnings: [...parts.warnings],
    integrity: [...parts.integrity],
    clients: clients(measurements),
    timings: byName(TIMINGS, (name) => (measurements.unrecorded.has(name) ? null : timing(measurements, name))),
    attempts: attempts(measurements),
    losses: Object.fromEntries(measurements.losses),
    storms: [...parts.storms],
    prediction: prediction(parts),
    refreshes: refreshes(parts),
    commands: commands(measurements),
    downtime: { clientSeconds: downtimeMs(measurements) / 1000 },
    counts: byName(COUNTS, (name) => known(measurements.counts[name])),
    conditions: { most: byName(CONDITION_NAMES, (name) => mostClientsIn(measurements.curves, name)) },
    targetReported: { ...measurements.reported },
    seen: [...(parts.seen ?? [])],
    faults: [...parts.faults],
    thresholds: [...parts.thresholds],
    expectation: expectation(parts),
    generator: {
      ...generator,
      latenessP99Ms: known(generator.latenessP99Ms),
      loopDelayP99Ms: known(generator.loopDelayP99Ms),
      reasons: [...generator.reasons],
    },
  });
}

function prediction({ prediction: predicted, measurements, storms }: SummaryInput): Summary['prediction'] {
  if (predicted === null) return null;
  return { figures: [...errorsOf(predicted.figures, figuresOf(measurements, storms))] };
}

function expectation({
  scenario,
  world,
  ended,
  integrity,
  evaluation,
  thresholds,
}: SummaryInput): Summary['expectation'] {
  const { expect } = scenario;
  if (expect === null) return null;
  const isWhole = ended === 'completed' || (ended === 'aborted' && !hasEndedRun(integrity));
  const evaluated = isWhole && appliesIn(world, expect);
  const { verdict, because } = expect;
  return { verdict, because: [...because], met: evaluated ? meets(expect, evaluation.verdict, thresholds) : null };
}

function clients({ planned, counts, curves }: Measurements): Summary['clients'] {
  const stoppedBy: Record<StopReason, number | null> = {
    'gave-up': known(counts.stoppedGaveUp),
    'advised-to-stop': known(counts.stoppedOnAdvice),
    'logged-out': known(counts.stoppedLoggedOut),
  };
  return {
    planned,
    started: known(counts.clientsStarted),
    readyAtEnd: readyNow(curves),
    notBack: outOf(curves),
    neverReady: neverReadyOf(curves),
    stopped: curves.total('stopped'),
    unknown: unknownNow(curves),
    unknownSince: [...becameUnknown(curves)],
    stoppedBy,
  };
}

/** A timing in both views, as far as the latencies without squall's own lateness were recorded. */
function timing(measurements: Measurements, name: TimingName): Summary['timings'][TimingName] {
  const offered = measurements.timings[name];
  const intended = offered.isOnTimeKnown ? viewsOf(measurements).intended : null;
  if (intended === null) return { ...offered.summary(), intended: null };
  const { p50Ms, p90Ms, p99Ms, p999Ms, maxMs, all } = intended.timings[name].summary();
  return { ...offered.summary(), intended: { p50Ms, p90Ms, p99Ms, p999Ms, maxMs, all } };
}

function attempts(measurements: Measurements): Summary['attempts'] {
  const { curves } = measurements;
  const { intended } = viewsOf(measurements);
  return {
    total: curves.total('attempts'),
    failed: curves.total('attemptsFailed'),
    // A client that joins may have an attempt under way, or only its channel to join again.
    unanswered: Math.max(
      0,
      curves.total('attempts') -
        curves.total('ready') -
        curves.total('attemptsFailed') -
        (known(measurements.counts.attemptsUnknown) ?? 0),
    ),
    ...peakOf(curves),
    intended: intended === null ? null : peakOf(intended.curves),
  };
}

function peakOf(curves: Curves): { readonly peakPerSecond: number; readonly peakAtMs: number | null } {
  const { perSecond, atMs } = curves.peakPerSecond('attempts');
  return { peakPerSecond: perSecond, peakAtMs: perSecond === 0 ? null : atMs };
}

function refreshes({ scenario, world, measurements: { curves } }: SummaryInput): Summary['refreshes'] {
  const failed = Object.entries(REFRESH_FAILURES).map(([kind, series]): [string, number] => [
    kind,
    curves.total(series),
  ]);
  return {
    by: meaningOf(scenario, world).tokens,
    total: curves.total('refreshes'),
    failed: Object.fromEntries(failed.filter(([, n]) => n > 0)),
  };
}

function commands({ ledger }: Measurements): Summary['commands'] {
  return { ...ledger };
}

/** JSON has no NaN. */
function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
