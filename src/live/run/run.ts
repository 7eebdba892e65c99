import type { Fault } from '../../core/fault/fault.ts';
import { Draws } from '../../core/random/draws.ts';
import { mono } from '../../core/time/instant.ts';
import { SHARD_WARNING, type Outcome, type RunListener } from '../../metrics/run.ts';
import { addSightings, type Sighting } from '../../metrics/sighting.ts';
import type { BecameUnknown } from '../../metrics/unknown.ts';
import { logsInBefore } from '../../scenario/logs-in.ts';
import { withModule } from '../../protocols/own/with-module.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { sharesTokens } from '../../scenario/shares-tokens.ts';
import { anchorWall, sharedNowMs, wallErrorMs, wallSince, type WallAnchor } from '../../metrics/wall-clock.ts';
import { rowsOfShard } from '../../identity/users.ts';
import { beginTokenRecord } from '../../leaks/token-record.ts';
import { Injectors } from '../injectors/injectors.ts';
import { RunClock } from '../time/clock.ts';
import { ClockWatch } from '../time/clock-watch.ts';
import { checkConsent, NO_CONSENT, refusalOf, type Consent } from '../network/consent.ts';
import { RunCoordinator } from './coordinator.ts';
import { EventLog } from './event-log.ts';
import { Aggregator, storesFor } from './aggregator.ts';
import { KeptUsers } from './kept-users.ts';
import { localHost } from './local-host.ts';
import { checkMachine, planWorkers } from '../health/machine-check.ts';
import { readListeningPorts, readMachineLimits } from '../health/machine-limits.ts';
import { planSources } from '../health/source-plan.ts';
import { unreachableWarning } from '../network/reachable.ts';
import { RunRefused } from '../refused.ts';
import { effectsOf, unknownEffects } from './effects.ts';
import { prepareRun, type RunSetup } from './setup.ts';
import { startRun } from './start.ts';
import type { ShardHost } from '../worker/shard-host.ts';
import { ShardRecords } from './shard-records.ts';
import { clientsIn, Shards, WHOLE, type Part } from '../worker/shards.ts';
import type { WorkerPool } from '../worker/worker-thread.ts';

/** Options of a run. */
export interface RunOptions {
  readonly listener: RunListener;
  /** signal that ends the run early */
  readonly signal: AbortSignal;
  /** file in which the embedded gateway records effects; null: only the clients' side is known */
  readonly journalFile: string | null;
  /** file of the embedded gateway's access log, if the scenario wants one; null: none */
  readonly accessLogFile: string | null;
  /** file that records which tokens clients held, for `squall leaks`; null: none */
  readonly tokensFile: string | null;
  /** the clients of this process, where others hold the rest; for a target that all can reach */
  readonly part?: Part;
  /** workers that several runs share */
  readonly workers?: WorkerPool;
  /** other machines that hold the shards, closed with the run; absent: threads or processes of this machine */
  readonly host?: ShardHost;
  /** consent to faults beyond the target; absent: none */
  readonly consent?: Consent;
  /** start of the run, ms since the epoch by this machine's clock; absent: as soon as all is ready */
  readonly startAtMs?: number | undefined;
  /** receives the run's controls at its start */
  readonly onControls?: (controls: RunControls) => void;
}

export interface RunControls {
  /** Begins a fault now. @returns why it does not begin; null: it begins */
  inject(fault: Fault): string | null;
}

/** Interval at which the coordinator compares its wall clock with the monotonic one, ms. */
const CLOCK_LOOK_MS = 250;

/** The run's wall clock, and the watch over the machine's. */
interface Clocks {
  readonly wallAnchor: WallAnchor;
  readonly clockWatch: ClockWatch;
  readonly look: () => void;
}

/**
 * Runs a scenario with real sockets.
 *
 * @throws RunRefused before the run began: the target may not be addressed, this machine cannot hold the run, or nobody can log in
 */
export async function runLive(given: Scenario, options: RunOptions): Promise<Outcome> {
  const { listener, journalFile, accessLogFile, part = WHOLE, consent = NO_CONSENT } = options;
  await checkConsent(given, consent);
  const scenario = withModule(given);
  const held = clientsIn(part, scenario.clients.count);
  const ours: Scenario = { ...scenario, clients: { ...scenario.clients, count: held } };
  const limits = readMachineLimits();
  const workers = planWorkers(ours, limits);
  const shards = options.host?.shards ?? workers.count;
  const log = new EventLog(listener);
  const wallAnchor = anchorWall();
  const clockWatch = new ClockWatch((message) => log.spoil('clock-stepped', `${message}, ${log.instant}`));
  const look = (): void => clockWatch.look('the coordinator', wallErrorMs(wallAnchor), sharedNowMs());
  const aggregator = new Aggregator(scenario, { stores: storesFor(scenario, shards), clients: held, isWhole: true });
  log.log('phase', 'preparing');
  if (part.shards > 1 && sharesTokens(scenario)) {
    throw new RunRefused(
      'does-not-fit',
      'devices of a user share tokens (flight: user), and a shard would hold some of them only',
      'run it without --shard, or set flight: client',
    );
  }
  if (part.shards > 1) {
    const which = `${SHARD_WARNING} ${part.shards}, number ${part.shard + 1}`;
    log.log('warning', `${which}: its thresholds are evaluated on its own clients only; squall merge evaluates all`);
  }
  // Towards the embedded target all workers run on this machine, those of another host of shards, too.
  if (options.host === undefined || scenario.target.kind === 'embedded') {
    const plan = options.host === undefined ? workers : { type: 'process' as const, count: shards };
    for (const warning of checkMachine(ours, plan, limits)) log.log('warning', warning);
  }
  const tokensFile = tokenRecord(options.tokensFile, log);
  const setting = await prepareRun(
    scenario,
    { journalFile, accessLogFile, wallAnchor },
    {
      died: (message) => log.spoil('process-died', `${message}, ${log.instant}`, 'target-died'),
      journalBroken: (why) => unknownEffects(log, `could not be written (${why}), ${log.instant}`),
      clock: (who, errorMs) => clockWatch.look(who, errorMs, sharedNowMs()),
      restarted: (message) => log.log('target-restarted', message),
      counts: (counts) => aggregator.addTarget(counts, log.elapsedMs),
    },
    consent,
  );
  if (setting.unreachable.length > 0) log.log('warning', unreachableWarning(setting.unreachable));
  const looking = setInterval(look, CLOCK_LOOK_MS);
  try {
    const clocks = { wallAnchor, clockWatch, look };
    const host = options.host ?? localHost(workers.type, workers.count, options.workers);
    const { localAddresses } = scenario.generator;
    const demand = { gateways: setting.gateways, clients: held, parts: part.shards, localAddresses };
    // Other machines plan the sources of their own clients.
    const sources = host.isLocal ? planSources(demand, limits, readListeningPorts) : null;
    const gateways = sources === null ? setting.gateways : setting.gateways.map((each) => ({ ...each, sources }));
    return await withShards(
      scenario,
      { ...options, tokensFile, host },
      { ...setting, gateways },
      log,
      aggregator,
      clocks,
    );
  } finally {
    clearInterval(looking);
    await setting.target?.stop();
  }
}

async function withShards(
  scenario: Scenario,
  {
    listener,
    signal,
    journalFile,
    tokensFile,
    part = WHOLE,
    startAtMs,
    host,
    consent = NO_CONSENT,
    onControls,
  }: RunOptions & { readonly host: ShardHost },
  setting: RunSetup,
  log: EventLog,
  aggregator: Aggregator,
  { wallAnchor, clockWatch, look }: Clocks,
): Promise<Outcome> {
  const { gateways, upgrade, access, users, secrets, target } = setting;
  const injectors = new Injectors(
    { draws: new Draws(scenario.seed), target },
    (tallies) => aggregator.addInjected(tallies),
    (message, fault) => log.log('warning', message, fault),
  );
  const holders = aggregator.shardStores.length * part.shards;
  const maxAttemptsPerSecond = setting.maxAttemptsPerSecond / holders;
  const maxRequestsPerSecond = setting.maxRequestsPerSecond / holders;
  let failed!: (error: unknown) => void;
  const failure = new Promise<never>((_, reject) => (failed = reject));
  let isRunning = false;
  const isRecorded = !host.isLocal && listener.onShardInterval !== undefined;
  const shardRecords = isRecorded ? new ShardRecords(scenario, aggregator.shardStores, listener) : null;
  const died = (worker: number, how: string, unknown: BecameUnknown): void => {
    const death = host.deathOf(worker, how);
    if (death === null) return;
    const { issue, what, fix } = death;
    if (!isRunning) return failed(new RunRefused('does-not-fit', `${what} before the run began`, fix));
    const noted = log.spoil(issue, `${what}, ${log.instant}: ${unknownText(unknown)}`);
    shardRecords?.lost(worker, noted);
  };
  const broken = new AbortController();
  host.onStop?.((issue, why) => {
    if (!isRunning) return failed(new RunRefused('no-answer', `${why} before the run began`, 'run again'));
    log.spoil(issue, `${why}, ${log.instant}`);
    broken.abort();
  });
  const shards = new Shards(
    host,
    aggregator.shardStores,
    part,
    {
      scenario: setting.scenario,
      gateways,
      upgrade,
      access,
      secrets,
      tokensFile,
      maxAttemptsPerSecond,
      maxRequestsPerSecond,
    },
    (share) => users && rowsOfShard(users, { ...scenario.clients, ...share }, mintsForUsers(scenario)),
    { failed, died },
  );
  const keptUsers = setting.usersOut && new KeptUsers(setting.usersOut, log);
  const over = new AbortController();
  const loggingIn = logsInBefore(scenario) ? clientsIn(part, scenario.clients.count) : 0;
  target?.onRotation((inRotation) => shards.rotate(inRotation));
  try {
    const begun = await Promise.race([
      startRun(shards, host, target, startAtMs, wallAnchor, AbortSignal.any([signal, over.signal]), log, loggingIn),
      failure,
    ]);
    isRunning = true;
    // The run was interrupted before it began: no worker has received `go`, and none will.
    const clock = begun ?? new RunClock({ hrMs: sharedNowMs(), wallMs: wallSince(wallAnchor) });
    log.begin(clock);
    listener.onBegin?.(new Date(clock.wallAt(mono(0))));
    log.log('phase', begun === null ? 'interrupted before the start' : 'running');
    const coordinator = new RunCoordinator({
      scenario,
      clock,
      shards,
      aggregator,
      target,
      injectors,
      log,
      listener,
      clockWatch,
      keptUsers,
      shardRecords,
    });
    onControls?.({ inject: (fault) => refusalOf(fault, consent)?.what ?? coordinator.inject(fault) });
    const ended =
      begun === null
        ? 'interrupted'
        : await Promise.race([coordinator.run(signal, broken.signal), failure]).finally(() => coordinator.stop());
    await injectors.close();
    const elapsedMs = Math.min(log.elapsedMs, scenario.durationMs);
    log.log('phase', 'winding down');
    const results = await Promise.race([shards.windDown(), failure]);
    coordinator.reportInterval(
      results.map(({ interval }) => interval),
      elapsedMs,
      'winding-down',
    );
    keptUsers?.end();
    const counts = await target?.stop();
    if (counts) aggregator.addTarget(counts, elapsedMs);
    look();
    const effects = effectsOf(scenario, journalFile, counts?.effects ?? 0, log);
    const commands = results.map((result) => result.commands);
    const heard = results.map((result) => result.seen);
    const used = results.reduce((sum, { refusedAtFirstUse }) => sum + refusedAtFirstUse, 0);
    if (used > 0) log.spoil('tokens-used', usedTokens(scenario, used, addSightings(heard)));
    const outcome = aggregator.outcome(ended, elapsedMs, commands, effects, log.issues);
    shardRecords?.end(results, { ended, elapsedMs, effects, issues: log.issues });
    log.log('phase', 'done');
    return { ...outcome, seen: addSightings([...heard, coordinator.inVain(outcome.measurements)]) };
  } finally {
    over.abort();
    keptUsers?.end();
    await injectors.close();
    await shards.close();
  }
}

/** Describes an issue: refresh tokens that an earlier run used, or that were never valid. */
function usedTokens({ users, clients }: Scenario, used: number, seen: readonly Sighting[]): string {
  const answer = seen.find(({ kind, what }) => kind === 'token' && what === 'invalid-grant')?.text ?? '';
  return (
    `the token endpoint refused ${used} of ${clients.count} refresh tokens of tokens.source.file.refresh at their first use` +
    `${answer === '' ? '' : ` ("${answer}")`}: an endpoint that rotates refresh tokens takes each of them once, so an earlier run may have used them; ` +
    `write fresh ones into ${users?.kind === 'file' ? users.file : 'users'}, and name users.out, where those of a run are kept for the next`
  );
}

/** What is known of the clients of a shard that was lost. */
function unknownText({ clients, sinceMs }: BecameUnknown): string {
  if (clients === 0) return 'its clients had all stopped for good';
  const its = clients === 1 ? 'client is' : `${clients} clients are`;
  return `its ${its} unknown since ${(sinceMs / 1000).toFixed(1)} s`;
}

/** Whether squall mints tokens with claims of users, so that a fault may issue those of another one. */
function mintsForUsers({ tokens: { source } }: Scenario): boolean {
  return source.mint !== null && Object.keys(source.mint.claims).length > 0;
}

/** Begins the record of tokens; a run continues without one that cannot be written. */
function tokenRecord(file: string | null, log: EventLog): string | null {
  if (file === null) return null;
  try {
    beginTokenRecord(file);
    return file;
  } catch (error) {
    log.log(
      'warning',
      `tokens are not recorded for squall leaks (${error instanceof Error ? error.message : 'for no stated reason'})`,
    );
    return null;
  }
}
