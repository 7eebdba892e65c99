import type { Curves } from '../metrics/curves.ts';
import type { WorldName } from '../metrics/run.ts';
import { jsonReport } from '../report/json.ts';
import { textReport } from '../report/text.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { plainLines } from '../tui/plain-lines.ts';
import { canShowScreen, startScreen, type Screen } from '../tui/start-screen.ts';
import { carryOut, type Job } from './carry-out.ts';
import { wantsColour } from './colour.ts';
import type { ExitCode } from './exit-code.ts';
import { Interrupts } from './interrupts.ts';
import { print } from './output.ts';

/** The options of every verb that makes a results folder. */
export const RESULTS_FLAGS = {
  results: { type: 'string', default: 'results', describe: 'Where the results folder is made' },
  json: { type: 'boolean', default: false, describe: 'Print the summary as JSON, and no screen' },
} as const;

/** Runs it before somebody's eyes, and tells what it came to. */
export async function perform(job: Job, json: boolean): Promise<ExitCode> {
  const { scenario, world } = job;
  const interrupts = new Interrupts();
  try {
    const { outcome, summary, exitCode, dir } = await carryOut(job, {
      signal: interrupts.signal,
      watch: (predicted) => watching({ scenario, world, json, interrupts, predicted }),
    });
    const { curves } = outcome.measurements;
    const colour = wantsColour(process.stdout, process.env);
    print(json ? jsonReport(summary) : textReport({ summary, curves, dir, colour }));
    return exitCode;
  } finally {
    interrupts.release();
  }
}

interface Watched {
  readonly scenario: Scenario;
  readonly world: WorldName;
  readonly json: boolean;
  readonly interrupts: Interrupts;
  readonly predicted: Curves | null;
}

/** The screen where there is a terminal to show it in, and lines on stderr elsewhere. */
async function watching({ scenario, world, json, interrupts, predicted }: Watched): Promise<Screen> {
  const { stdout, stdin, stderr } = process;
  if (json || !canShowScreen(stdout)) return { ...plainLines({ scenario, stream: stderr }), end: async () => {} };
  return startScreen({
    scenario,
    world,
    predicted,
    stdout,
    stdin,
    onQuit: (how) => (how === 'now' ? interrupts.stopNow() : interrupts.windDown()),
  });
}
