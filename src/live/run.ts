import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Effects } from '../metrics/ledger.ts';
import type { Outcome, RunListener } from '../metrics/run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { readJournal } from '../metrics/journal.ts';
import { RunClock, sharedNowMs } from './clock.ts';
import { Course } from './course.ts';
import { EventLog } from './event-log.ts';
import { Gauge } from './gauge.ts';
import { checkMachine, workersFor } from './machine-check.ts';
import { prepareSetting, type Setting } from './setting.ts';
import { Shards } from './shards.ts';

/** What a run is given beside its scenario. */
export interface RunOptions {
  readonly listener: RunListener;
  /** aborting it winds the run down */
  readonly signal: AbortSignal;
  /** where the embedded gateway records effects; null for its memory, and then only the clients' side is known */
  readonly journalFile: string | null;
}

/** The start is set this far beyond the workers' own estimate of how long they need before the first arrival. */
const LEAD_FACTOR = 1.5;
const LEAD_MARGIN_MS = 300;

/**
 * Runs a scenario with real sockets.
 *
 * @throws RunRefused before anything was sent: the target may not be addressed, or this machine cannot hold the run
 */
export async function runLive(scenario: Scenario, options: RunOptions): Promise<Outcome> {
  const { listener, journalFile } = options;
  const workers = workersFor(scenario, availableParallelism());
  const log = new EventLog(listener);
  const gauge = new Gauge(scenario, workers);
  log.say('phase', 'preparing');
  for (const warning of checkMachine(scenario, workers)) log.say('warning', warning);
  const setting = await prepareSetting(scenario, journalFile, {
    died: (message) => log.say('target-died', message),
    restarted: () => log.say('target-restarted', 'the embedded target is back'),
    counts: (counts) => gauge.addTarget(counts, log.elapsedMs),
  });
  try {
    return await withShards(scenario, options, setting, log, gauge);
  } finally {
    await setting.target?.stop();
  }
}

async function withShards(
  scenario: Scenario,
  { listener, signal, journalFile }: RunOptions,
  setting: Setting,
  log: EventLog,
  gauge: Gauge,
): Promise<Outcome> {
  const { gateway, access, target } = setting;
  const maxAttemptsPerSecond = setting.maxAttemptsPerSecond / gauge.shardStores.length;
  let failed!: (error: Error) => void;
  const failure = new Promise<never>((_, reject) => (failed = reject));
  const shards = new Shards(gauge.shardStores, { scenario, gateway, access, maxAttemptsPerSecond }, failed);
  try {
    const clock = await Promise.race([start(shards), failure]);
    log.begin(clock);
    log.say('phase', 'running');
    const course = new Course({ scenario, clock, shards, gauge, target, log, listener });
    const ended = await Promise.race([course.run(signal), failure]).finally(() => course.stop());
    const elapsedMs = Math.min(log.elapsedMs, scenario.durationMs);
    log.say('phase', 'winding down');
    const results = await Promise.race([shards.windDown(), failure]);
    course.tellInterval(
      results.map(({ interval }) => interval),
      elapsedMs,
      'winding-down',
    );
    const counts = await target?.stop();
    if (counts) gauge.addTarget(counts, elapsedMs);
    const commands = results.map((result) => result.commands);
    const outcome = gauge.outcome(ended, elapsedMs, commands, effectsOf(scenario, journalFile));
    log.say('phase', 'done');
    return outcome;
  } finally {
    await shards.close();
  }
}

/** Agrees on the run's beginning with all workers and waits for it. */
async function start(shards: Shards): Promise<RunClock> {
  const leadMs = (await shards.prepared()) * LEAD_FACTOR + LEAD_MARGIN_MS;
  const begin = { hrMs: sharedNowMs() + leadMs, wallMs: Date.now() + leadMs };
  shards.go(begin);
  await sleep(leadMs);
  return new RunClock(begin);
}

/** The gateway's record of effects; null where there is none. */
function effectsOf(scenario: Scenario, journalFile: string | null): Effects | null {
  if (scenario.target.kind !== 'embedded' || journalFile === null) return null;
  const ledger = readJournal(journalFile);
  return (client, seq) => ledger.count(client, seq);
}
