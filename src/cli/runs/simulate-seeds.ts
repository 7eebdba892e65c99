import { seedsAnnotations } from '../../report/annotations-of-many.ts';
import { SEEDS } from '../../report/of-seeds.ts';
import { seedsReport } from '../../report/text/seeds.ts';
import { FolderError } from '../../results/folder-error.ts';
import { SeedsFolder } from '../../results/seeds-folder.ts';
import { runIndex, type SeedRun } from '../../results/seeds-line.ts';
import { planSeeds, type SeedsPlan, type Setting } from '../../results/seeds-plan.ts';
import { summariseSeeds, type SeedsSummary } from '../../results/seeds-summary.ts';
import { MAX_SEED } from '../../scenario/limits.ts';
import { simulateSeeds } from '../../sim/seeds.ts';
import { EXIT, withReports, type ExitCode } from '../terminal/exit-code.ts';
import { Interrupts } from '../terminal/interrupts.ts';
import { log } from '../terminal/output.ts';
import { reportOutcome, type OutputOptions } from './report-outcome.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** Maximum number of progress lines. */
const PROGRESS_LINES = 20;

interface SeedsJob extends OutputOptions {
  readonly settings: readonly [Setting, ...Setting[]];
  /** seeds per setting */
  readonly seeds: number;
  readonly resultsDir: string;
}

/** Simulates every setting of a scenario with many seeds, and reports the spread of the figures. */
export async function runSeeds({ settings, seeds, resultsDir, ...telling }: SeedsJob): Promise<ExitCode> {
  const plan = planSeeds(settings, seeds);
  const { first } = plan.seeds;
  if (first + seeds - 1 > MAX_SEED) {
    throw new UsageError(`--seeds ${seeds} from seed ${first} on: the last one would be above ${MAX_SEED}`);
  }
  const folder = new SeedsFolder({ resultsDir, plan, settings, namedAt: new Date(), onWarning: warn });
  const done = await simulateAll(settings, plan, folder);
  const summary = summariseSeeds({ plan, done, early: 'interrupted' });
  try {
    folder.finish(summary, seedsReport({ summary, dir: folder.dir, colour: false }));
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    warn(`${error.message}; the results follow here`);
  }
  const written = reportOutcome(SEEDS, { summary, dir: folder.dir }, telling, seedsAnnotations(summary));
  return withReports(exitCodeOf(summary), written);
}

/** The finished runs, in the order of the plan; an interrupt leaves out the rest. */
async function simulateAll(
  settings: readonly Setting[],
  plan: SeedsPlan,
  folder: SeedsFolder,
): Promise<readonly SeedRun[]> {
  const scenarios = settings.map(({ scenario }) => scenario);
  const interrupts = new Interrupts();
  const logProgress = progressLogger(plan);
  const done: SeedRun[] = [];
  try {
    await simulateSeeds(scenarios, {
      seeds: plan.seeds.planned,
      signal: interrupts.signal,
      onDone: (evaluated, index) => {
        const run = { setting: index + 1, ...evaluated };
        done.push(run);
        folder.add(run);
        logProgress(run);
      },
    });
  } finally {
    interrupts.release();
  }
  return done.toSorted((a, b) => (runIndex(a, plan) ?? 0) - (runIndex(b, plan) ?? 0));
}

function warn(message: string): void {
  log(`warning: ${message}`);
}

/** Makes a function that logs progress over all settings and seeds, as each run finishes. */
function progressLogger({ settings, seeds }: SeedsPlan): (run: SeedRun) => void {
  const planned = settings.length * seeds.planned;
  const what = settings.length === 1 ? 'seeds' : 'simulations';
  const line = (n: number): number => Math.floor((n * PROGRESS_LINES) / planned);
  let [done, passed] = [0, 0];
  return ({ verdict }) => {
    done += 1;
    if (verdict === 'pass') passed += 1;
    if (line(done) > line(done - 1)) log(`${done} of ${planned} ${what} done, ${passed} passed`);
  };
}

function exitCodeOf({ ended, verdict }: SeedsSummary): ExitCode {
  return ended === 'interrupted' ? EXIT.interrupted : EXIT[verdict];
}
