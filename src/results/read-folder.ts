import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { byName, COUNTS } from '../core/metrics.ts';
import { Curves } from '../metrics/curves.ts';
import { NOTHING_REPORTED, type LedgerTotals, type Measurements } from '../metrics/measurements.ts';
import type { FaultOutcome } from '../core/fault/outcome.ts';
import { issuesIn, type GeneratorHealth, type IntegrityIssue, type RunEvent, type WorldName } from '../metrics/run.ts';
import { ScenarioError } from '../scenario/problem.ts';
import { deepFreeze } from '../scenario/freeze.ts';
import { MAX_FILE_BYTES } from '../scenario/limits.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { recoveriesUnderWay } from '../metrics/waiting.ts';
import { FILES } from './files.ts';
import { FolderError } from './folder-error.ts';
import { FORMAT } from './stamp.ts';
import { withCurrentNames } from './older-formats.ts';
import { contradictions } from './damage.ts';
import { cleaned } from './cleaned.ts';
import type { Prediction } from './prediction.ts';
import { readPrediction } from './read-prediction.ts';
import { readEffects } from './read-effects.ts';
import { readEvents } from './read-events.ts';
import { readBytes, readText } from './read-text.ts';
import { openTimeline, readTimeline } from './read-timeline.ts';
import { readTimings } from './read-timings.ts';
import { parseSummary, type Summary } from './summary.ts';

/** The content of a results folder. */
export interface FolderContent {
  readonly dir: string;
  /** the scenario with its strings cleaned for display; a repeated run reads the file instead */
  readonly scenario: Scenario;
  readonly world: WorldName;
  /** ISO 8601, UTC */
  readonly startedAt: string;
  /** measurements up to the last complete second */
  readonly measurements: Measurements;
  readonly faults: readonly FaultOutcome[];
  readonly generator: GeneratorHealth;
  readonly events: readonly RunEvent[];
  /** integrity issues from the summary; for a run that was cut off, from its events */
  readonly integrity: readonly IntegrityIssue[];
  /** null for a run without --predict */
  readonly prediction: Prediction | null;
  /** the run's own summary; null when the run was cut off */
  readonly summary: Summary | null;
  /** missing data of a finished run, in words; also among the warnings */
  readonly damage: readonly string[];
  /** missing and damaged data, in words */
  readonly warnings: readonly string[];
}

/**
 * Reads a results folder, complete or cut off. Torn and damaged lines are left out and named in the warnings.
 *
 * @throws {FolderError} for any other folder, or one that this version cannot read
 */
export function readFolder(dir: string): FolderContent {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new FolderError(`${dir} is no folder: name the folder of a run`);
  }
  const damage: string[] = [];
  const text = scenarioText(dir);
  const opened = openTimeline(dir, damage);
  const scenario = readScenario(dir, text, opened.header.format);
  const { world, startedAt, unrecorded, curves, shifts, last } = readTimeline(
    opened,
    Curves.binsFor(scenario.durationMs),
    damage,
  );
  const timings = readTimings(dir, last, damage);
  const warnings = [...damage];
  const { failures } = timings.recovery;
  const underWay = recoveriesUnderWay(curves, last?.elapsedMs ?? 0, failures);
  const summary = readSummary(dir, warnings);
  const events = readEvents(dir, warnings);
  const ledger = last?.ledger ?? NO_LEDGER;
  const measurements: Measurements = {
    elapsedMs: last?.elapsedMs ?? 0,
    planned: last?.planned ?? scenario.clients.count,
    curves,
    shifts,
    timings: { ...timings, recovery: timings.recovery.withFailures(failures, underWay) },
    counts: last?.counts ?? NO_COUNTS,
    unrecorded,
    losses: new Map(Object.entries(last?.losses ?? {})),
    reported: last?.targetReported ?? NOTHING_REPORTED,
    ledger: summary === null ? withJournal(ledger, dir, scenario, world, warnings) : ledger,
  };
  if (summary !== null && damage.length === 0) {
    damage.push(...contradictions(summary, measurements));
    warnings.push(...damage);
  }
  return {
    dir,
    scenario,
    world,
    startedAt,
    measurements,
    faults: last?.faults ?? [],
    generator: last?.generator ?? NO_GENERATOR,
    events,
    integrity: summary?.integrity ?? issuesIn(events),
    prediction: readPrediction(dir, warnings),
    summary,
    damage: summary === null ? [] : damage,
    warnings,
  };
}

/** The counts of a run that was cut off within its first second: none was recorded. */
const NO_COUNTS: Measurements['counts'] = byName(COUNTS, () => Number.NaN);

const NO_LEDGER: LedgerTotals = {
  due: 0,
  skipped: 0,
  waiting: 0,
  sent: 0,
  acknowledged: 0,
  lost: null,
  duplicated: null,
  unexpected: null,
  inFlight: 0,
  unknown: 0,
  gaveUp: 0,
  duplicatedBy: null,
};

const NO_GENERATOR: GeneratorHealth = {
  workers: 0,
  latenessP99Ms: Number.NaN,
  loopDelayP99Ms: Number.NaN,
  cpuSeconds: 0,
  rssBytes: 0,
  droppedStarts: 0,
  saturated: false,
  reasons: [],
  targetStarved: 0,
  unbounded: false,
};

/** The newest results folder inside a folder, by name. */
function newestIn(dir: string): string | undefined {
  if (!existsSync(dir)) return undefined;
  const folders = readdirSync(dir).map((name) => join(dir, name));
  return folders
    .filter((folder) => existsSync(join(folder, FILES.scenario)))
    .toSorted()
    .at(-1);
}

function scenarioText(dir: string): string {
  const text = readBytes(dir, 'scenario', MAX_FILE_BYTES)?.toString('utf8');
  if (text !== undefined) return text;
  const newest = newestIn(dir);
  const such = newest === undefined ? '' : `, such as ${newest}`;
  throw new FolderError(`${dir} is no results folder (it has no ${FILES.scenario}): name the folder of a run${such}`);
}

function readScenario(dir: string, text: string, format: number): Scenario {
  const current = format < FORMAT ? withCurrentNames(text) : text;
  try {
    return deepFreeze(cleaned(parseScenario(current, join(dir, FILES.scenario))));
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new FolderError(`${dir} holds a scenario that this version of squall cannot read:\n${error.message}`, {
      cause: error,
    });
  }
}

function readSummary(dir: string, warnings: string[]): Summary | null {
  const text = readText(dir, 'summary');
  if (text === null) return null;
  const summary = parseSummary(text, join(dir, FILES.summary));
  if (summary === null) warnings.push(`${FILES.summary} is damaged; the figures are worked out anew`);
  return summary;
}

/**
 * Measurements with the duplicates counted from the gateway's record; a run that was cut off never joined it with the
 * clients' counts.
 */
function withJournal(
  ledger: LedgerTotals,
  dir: string,
  { clients, target }: Scenario,
  world: WorldName,
  warnings: string[],
): LedgerTotals {
  if (world !== 'live' || target.kind !== 'embedded') return ledger;
  const duplicated = readEffects(dir, clients.count, warnings);
  if (duplicated === null) return { ...ledger, lost: null, duplicated: null, unexpected: null };
  return { ...ledger, duplicated };
}
