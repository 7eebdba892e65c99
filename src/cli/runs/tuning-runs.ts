import { destroyTimings } from '../../metrics/timings.ts';
import { edgeOf, nextToTry, type Search } from '../../compare/search.ts';
import { isOpen, triedOf, type Confirmation, type Tried, type Tuning } from '../../compare/tuning.ts';
import type { Consent } from '../../live/network/consent.ts';
import { runLive } from '../../live/run/run.ts';
import { STAMP } from '../../results/stamp.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { simulateSeeds } from '../../sim/seeds.ts';
import type { RunVerdict } from '../../threshold/run-verdict.ts';
import { runJob, refusalText } from './run-job.ts';
import { log } from '../terminal/output.ts';
import { NO_SCREEN } from './run-all.ts';

export interface TuningJob {
  /** the scenario at the low end of the range */
  readonly scenario: Scenario;
  readonly path: string;
  /** as typed */
  readonly range: Tuning['range'];
  readonly search: Search;
  /** seeds per value */
  readonly seeds: number;
  /** the consent given to the scenario's faults in live runs */
  readonly consent: Consent;
  /** @throws {ScenarioError} for a value that makes the scenario invalid */
  readonly read: (value: string) => Scenario;
}

/** Simulates values until the edge is found or the signal aborts. */
export async function searchBySimulation(job: TuningJob, signal: AbortSignal): Promise<Tuning> {
  const { scenario, path, range, search, seeds } = job;
  let tried: readonly Tried[] = [];
  for (let next = nextToTry(search, tried); next.length > 0; next = nextToTry(search, tried)) {
    const more = await simulateValues(next, job, signal);
    if (signal.aborted) break;
    tried = [...tried, ...more].toSorted((a, b) => a.size - b.size);
    for (const { value, runs } of more) log(`${path}=${value}: ${runs.passed} of ${runs.done} passed`);
  }
  const edge = edgeOf(tried, search.goal);
  return {
    kind: 'tuning',
    ...STAMP,
    scenario: scenario.name,
    scenarioDescription: scenario.description,
    path,
    range,
    goal: search.goal,
    seeds: { first: scenario.seed, planned: seeds },
    ended: signal.aborted ? 'interrupted' : 'completed',
    tried: [...tried],
    found: edge?.found.value ?? null,
    milder: edge?.milder?.value ?? null,
    islands: edge?.islands.map(({ value }) => value) ?? [],
    live: [],
  };
}

/** Simulates each value with every seed. */
async function simulateValues(
  sizes: readonly number[],
  job: TuningJob,
  signal: AbortSignal,
): Promise<readonly Tried[]> {
  const values = sizes.map(job.search.kind.print);
  const scenarios = values.map(job.read);
  const evaluated: RunVerdict[][] = values.map(() => []);
  await simulateSeeds(scenarios, {
    seeds: job.seeds,
    signal,
    onDone: (each, index) => evaluated[index]?.push(each),
  });
  return values.map((value, index) => triedOf(value, sizes[index] ?? 0, evaluated[index] ?? []));
}

/** Confirms the found value by one live run, and its milder neighbour by another, if this machine can hold them. */
export async function confirmLive(
  tuning: Tuning,
  { read, consent }: TuningJob,
  resultsDir: string,
  signal: AbortSignal,
): Promise<Tuning> {
  const { found, milder } = tuning;
  const live: Confirmation[] = [];
  for (const [value, expected] of [[found, 'pass'] as const, [milder, 'fail'] as const]) {
    // An inconclusive neighbour has no expected verdict.
    const open = expected === 'fail' && tuning.tried.some((each) => each.value === value && isOpen(each));
    if (value === null || open || signal.aborted) continue;
    log(`live run with ${tuning.path}=${value}: up to ${read(value).durationMs / 1000} s`);
    live.push(await confirmValue(value, expected, { scenario: read(value), consent, resultsDir, signal }));
  }
  return { ...tuning, live };
}

interface LiveRun {
  readonly scenario: Scenario;
  readonly consent: Consent;
  readonly resultsDir: string;
  readonly signal: AbortSignal;
}

async function confirmValue(
  value: string,
  expected: Confirmation['expected'],
  { scenario, consent, resultsDir, signal }: LiveRun,
): Promise<Confirmation> {
  try {
    const { outcome, summary, dir } = await runJob(
      { scenario, world: 'live', resultsDir, run: (options) => runLive(scenario, { ...options, consent }) },
      { signal, watch: async () => NO_SCREEN },
    );
    destroyTimings(outcome.measurements.timings);
    return { value, expected, verdict: summary.verdict, reasons: summary.reasons, folder: dir };
  } catch (error) {
    // A refused live run does not discard the simulations.
    const reason = refusalText(error);
    if (reason === null) throw error;
    return { value, expected, verdict: null, reasons: [reason], folder: null };
  }
}
