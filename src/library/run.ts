import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Consent, withConsentedModule } from '../live/network/consent.ts';
import { runLive } from '../live/run/run.ts';
import {
  isWarning,
  type Outcome,
  type Progress,
  type RunEvent,
  type RunListener,
  type WorldName,
} from '../metrics/run.ts';
import { summariseRun, type RunResult } from '../results/summarise-run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { simulate as simulateOutcome } from '../sim/simulate.ts';

/** What a simulation is given beside its scenario. */
export interface SimulateOptions {
  /** winds the run down when it is aborted; the summary then holds what was measured until then */
  readonly signal?: AbortSignal;
  /** what the scenario may do on this machine, such as run the code of a protocol module; default: nothing */
  readonly consent?: Consent;
  /** called at each phase, fault and warning */
  readonly onEvent?: (event: RunEvent) => void;
  /** called a few times a second with everything measured until then */
  readonly onProgress?: (progress: Progress) => void;
}

/** What a run on real sockets is given beside its scenario. */
export interface RunOptions extends SimulateOptions {
  /** what the scenario's faults and its protocol module may do beyond its target; default: nothing */
  readonly consent?: Consent;
}

/**
 * Runs a scenario on real sockets and evaluates its thresholds. No results folder is written.
 *
 * @example
 * const { summary, exitCode } = await run(loadScenario('storm.yaml'));
 * if (summary.verdict !== 'pass') console.error(summary.reasons);
 * process.exitCode = exitCode;
 *
 * @throws {RunRefused} when nothing was sent: the target is not allowed, or this machine cannot hold the run
 */
export async function run(scenario: Scenario, options: RunOptions = {}): Promise<RunResult> {
  const folder = mkdtempSync(join(tmpdir(), 'squall-'));
  const files = { journalFile: join(folder, 'effects'), accessLogFile: null, tokensFile: null };
  const { consent = { exec: false, hosts: [] } } = options;
  try {
    return await concluded('live', scenario, options, (listener, signal) =>
      runLive(scenario, { listener, signal, ...files, consent }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a scenario in virtual time and evaluates its thresholds. The same scenario and seed give the same summary.
 *
 * @example
 * const { summary } = await simulate(loadScenario('storm.yaml', { sets: ['clients.count=1M'] }));
 * console.log(summary.attempts.peakPerSecond);
 */
export async function simulate(scenario: Scenario, options: SimulateOptions = {}): Promise<RunResult> {
  const bound = withConsentedModule(scenario, options.consent?.exec ?? false);
  return concluded('sim', bound, options, (listener, signal) => simulateOutcome(bound, { listener, signal }));
}

async function concluded(
  world: WorldName,
  scenario: Scenario,
  { signal = new AbortController().signal, onEvent, onProgress }: SimulateOptions,
  start: (listener: RunListener, signal: AbortSignal) => Promise<Outcome>,
): Promise<RunResult> {
  let startedAt = new Date();
  const warnings: string[] = [];
  const listener: RunListener = {
    onBegin: (begun) => (startedAt = begun),
    onEvent(event) {
      if (isWarning(event)) warnings.push(event.message);
      onEvent?.(event);
    },
    ...(onProgress === undefined ? {} : { onProgress }),
    onInterval: () => {},
  };
  const outcome = await start(listener, signal);
  return summariseRun({ scenario, world, startedAt, outcome, warnings });
}
