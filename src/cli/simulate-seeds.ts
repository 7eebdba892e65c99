import { availableParallelism } from 'node:os';
import { availableMemory } from 'node:process';
import { seedsReport } from '../report/seeds.ts';
import { FolderError } from '../results/folder-error.ts';
import { SeedsFolder } from '../results/seeds-folder.ts';
import { summariseSeeds, type SeedsSummary } from '../results/seeds-summary.ts';
import { MAX_SEED } from '../scenario/limits.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { simulateSeeds, workersFor } from '../sim/seeds.ts';
import type { Judged } from '../threshold/judge.ts';
import { wantsColour } from './colour.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { Interrupts } from './interrupts.ts';
import { print, printJson, say } from './output.ts';
import { UsageError } from './usage-error.ts';

/** So many lines of progress at most, however many seeds there are. */
const PROGRESS_LINES = 20;

interface SeedsJob {
  readonly scenario: Scenario;
  readonly seeds: number;
  readonly resultsDir: string;
  readonly json: boolean;
}

/** Simulates a scenario with many seeds, and tells what they came to together. */
export async function performSeeds({ scenario, seeds, resultsDir, json }: SeedsJob): Promise<ExitCode> {
  if (scenario.seed + seeds - 1 > MAX_SEED) {
    throw new UsageError(`--seeds ${seeds} from seed ${scenario.seed} on: the last one would be above ${MAX_SEED}`);
  }
  const folder = new SeedsFolder({ resultsDir, scenario, namedAt: new Date(), onWarning: warn });
  const done = await simulated(scenario, seeds, folder);
  const summary = summariseSeeds({ scenario, planned: seeds, done });
  const report = (colour: boolean): string => seedsReport({ summary, dir: folder.dir, colour });
  try {
    folder.finish(summary, report(false));
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    warn(`${error.message}; what came out follows here`);
  }
  if (json) printJson(summary);
  else print(report(wantsColour(process.stdout, process.env)));
  return exitCodeOf(summary);
}

/** The seeds that were done before the end, or before somebody ended it; in their order. */
async function simulated(scenario: Scenario, seeds: number, folder: SeedsFolder): Promise<readonly Judged[]> {
  const interrupts = new Interrupts();
  const done: Judged[] = [];
  try {
    await simulateSeeds(scenario, {
      seeds,
      workers: workersFor(scenario.clients.count, availableParallelism(), availableMemory()),
      signal: interrupts.signal,
      onDone: (judged) => {
        done.push(judged);
        folder.add(judged);
        sayProgress(done, seeds);
      },
    });
  } finally {
    interrupts.release();
  }
  return done.toSorted((a, b) => a.seed - b.seed);
}

function warn(message: string): void {
  say(`warning: ${message}`);
}

function sayProgress(done: readonly Judged[], seeds: number): void {
  const line = (n: number): number => Math.floor((n * PROGRESS_LINES) / seeds);
  if (line(done.length) === line(done.length - 1)) return;
  const passed = done.filter(({ verdict }) => verdict === 'pass').length;
  say(`${done.length} of ${seeds} seeds done, ${passed} passed`);
}

function exitCodeOf({ ended, verdict }: SeedsSummary): ExitCode {
  return ended === 'interrupted' ? EXIT.interrupted : EXIT[verdict];
}
