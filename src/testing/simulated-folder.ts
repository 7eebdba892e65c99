import { htmlReport } from '../report/html/page.ts';
import { destroyTimings } from '../metrics/timings.ts';
import { textReport } from '../report/text/run.ts';
import { summariseRun } from '../results/summarise-run.ts';
import { RunFolder } from '../results/run-folder.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { simulate } from '../sim/simulate.ts';

/** Start of virtual time, as for `squall simulate`; it also names the folder. */
const START = new Date(0);

/**
 * Simulates a scenario and writes its results folder, as `squall simulate` does.
 *
 * @param text text of the scenario file
 * @param resultsDir folder in which the results folder is made
 * @returns path of the results folder
 */
export async function simulatedFolder(text: string, resultsDir: string): Promise<string> {
  const scenario = parseScenario(text, 'simulated.yaml');
  const run = { scenario, world: 'sim', startedAt: START } as const;
  const warnings: string[] = [];
  const onWarning = (message: string): unknown => warnings.push(message);
  const folder = new RunFolder({ scenario, world: 'sim', resultsDir, namedAt: START, onWarning });
  const outcome = await simulate(scenario, { listener: folder, signal: new AbortController().signal });
  const { summary } = summariseRun({ ...run, outcome, warnings });
  const { measurements } = outcome;
  const { timings } = measurements;
  folder.finish(outcome, summary, {
    text: textReport({ summary, measurements, dir: null, colour: false }),
    page: htmlReport({ summary, measurements, scenario, predicted: null }),
  });
  destroyTimings(timings);
  return folder.dir;
}
