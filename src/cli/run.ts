import { rmSync } from 'node:fs';
import { runLive } from '../live/run.ts';
import { RunRefused } from '../live/refused.ts';
import type { Outcome, RunEvent, RunListener } from '../metrics/run.ts';
import { jsonReport } from '../report/json.ts';
import { textReport } from '../report/text.ts';
import { conclude } from '../results/conclude.ts';
import { FolderError } from '../results/folder-error.ts';
import { RunFolder } from '../results/run-folder.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { plainLines } from '../tui/plain-lines.ts';
import { canShowScreen, startScreen, type Screen } from '../tui/start-screen.ts';
import { wantsColour } from './colour.ts';
import type { ExitCode } from './exit-code.ts';
import { Interrupts } from './interrupts.ts';
import { print, say } from './output.ts';
import { SET_FLAG, readScenario } from './scenarios.ts';
import { verb } from './verb.ts';

export const run = verb({
  command: 'run <scenario>',
  summary: 'Run a scenario with real sockets, and judge it by its thresholds',
  details:
    'Runs a scenario with real sockets, and judges it by its thresholds. Ctrl-C winds it down and reports; twice stops it at once.\n' +
    'Exit status: 0 passed, 1 a threshold failed, 2 usage or scenario error, 3 inconclusive, 4 refused or nobody answered, 130 interrupted.',
  positionals: (parser) =>
    parser.positional('scenario', { type: 'string', demandOption: true, describe: 'A scenario file' }),
  flags: {
    set: SET_FLAG,
    'allow-host': {
      type: 'string',
      array: true,
      default: [] as string[],
      describe: 'Allow a target that is not this machine, by its host name (may be repeated)',
    },
    results: { type: 'string', default: 'results', describe: 'Where the results folder is made' },
    json: { type: 'boolean', default: false, describe: 'Print the summary as JSON, and no screen' },
  },
  examples: [
    ['$0 run scenarios/expiry-cliff.yaml', 'watch it live; q ends it early'],
    ['$0 run staging.yaml --allow-host staging.example.com', 'a target that is not this machine'],
    ['$0 run scenarios/deploy-drop.yaml --set clients.count=5000 --json', 'scripted: a larger population, JSON on stdout'],
  ],
  async act({ scenario: file, set, allowHost, results, json }) {
    const scenario = allowing(readScenario(file, set), allowHost);
    return performed(scenario, results, json);
  },
});

/** Runs it, and sees to it that whatever was measured is kept and told. */
async function performed(scenario: Scenario, resultsDir: string, json: boolean): Promise<ExitCode> {
  const startedAt = new Date();
  const warnings: string[] = [];
  const interrupts = new Interrupts();
  const onWarning = (message: string): void => {
    warnings.push(message);
    say(`warning: ${message}`);
  };
  const folder = new RunFolder({ resultsDir, scenario, startedAt, onWarning });
  const screen = await watching(scenario, json, interrupts);
  const noted = noting(warnings);
  let outcome: Outcome;
  try {
    outcome = await runLive(scenario, {
      listener: everyone([folder, screen, noted]),
      signal: interrupts.signal,
      journalFile: folder.path('effects'),
    });
  } catch (error) {
    await screen.end();
    if (error instanceof RunRefused) rmSync(folder.dir, { recursive: true, force: true });
    throw error;
  } finally {
    interrupts.release();
  }
  const { summary, exitCode } = conclude({ scenario, startedAt, outcome, warnings });
  const { curves } = outcome.measurements;
  const report = (colour: boolean): string => textReport({ summary, curves, dir: folder.dir, colour });
  await screen.end();
  try {
    folder.finish(outcome, summary, report(false));
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    say(`warning: ${error.message}; what was measured follows here`);
  }
  print(json ? jsonReport(summary) : report(wantsColour(process.stdout, process.env)));
  return exitCode;
}

/** The screen where there is a terminal to show it in, and lines on stderr elsewhere. */
async function watching(scenario: Scenario, json: boolean, interrupts: Interrupts): Promise<Screen> {
  const { stdout, stdin, stderr } = process;
  if (json || !canShowScreen(stdout)) return { ...plainLines({ scenario, stream: stderr }), end: async () => {} };
  return startScreen({
    scenario,
    stdout,
    stdin,
    onQuit: (how) => (how === 'now' ? interrupts.stopNow() : interrupts.windDown()),
  });
}

function allowing(scenario: Scenario, hosts: readonly string[]): Scenario {
  if (scenario.target.kind !== 'url' || hosts.length === 0) return scenario;
  return { ...scenario, target: { ...scenario.target, allow: [...scenario.target.allow, ...hosts] } };
}

function noting(warnings: string[]): RunListener {
  return {
    onEvent: ({ kind, message }: RunEvent) => {
      if (kind === 'warning' || kind === 'target-died') warnings.push(message);
    },
    onProgress: () => {},
    onInterval: () => {},
  };
}

function everyone(listeners: readonly RunListener[]): RunListener {
  return {
    onEvent: (event) => listeners.forEach((listener) => listener.onEvent(event)),
    onProgress: (progress) => listeners.forEach((listener) => listener.onProgress(progress)),
    onInterval: (interval) => listeners.forEach((listener) => listener.onInterval(interval)),
  };
}
