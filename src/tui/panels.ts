import { CONDITION_NAMES, CONDITION_SERIES, mostClientsIn } from '../metrics/conditions.ts';
import type { Curves } from '../metrics/curves.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { unknownNow } from '../metrics/unknown.ts';
import { windowsOf, type FaultOutcome } from '../core/fault/outcome.ts';
import type { GeneratorHealth, RunEvent } from '../metrics/run.ts';
import { COUNTS, REPORTED, SUM_SPECS, TIMINGS, words, type SeriesName, type TimingName } from '../core/metrics.ts';
import { clean } from '../report/clean.ts';
import { ALL_LABEL, rankedText } from '../report/text/timings.ts';
import { mintsTokens } from '../scenario/mints-tokens.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { countText, durationText, NOTHING, timeText } from '../report/format.ts';
import { REFRESH_FAILURE_SERIES } from '../metrics/refresh-failures.ts';
import { READY_STATES } from '../metrics/ready.ts';
import { populationNow, rateNow } from '../metrics/samples.ts';

/** The formatted content of all panels; each view shows a part. */
export interface Panels {
  readonly timings: readonly TimingRow[];
  readonly states: readonly StateRow[];
  readonly stopped: readonly Tally[];
  readonly lost: readonly Tally[];
  readonly refreshes: Refreshes;
  /** conditions that keep clients from working, and accesses that should have been refused; only those that occur */
  readonly conditions: readonly Tally[];
  /** null when the scenario has no commands */
  readonly ledger: readonly Tally[] | null;
  readonly faults: readonly FaultRow[];
  readonly generator: Generator;
}

export interface TimingRow {
  readonly name: string;
  readonly count: string;
  readonly p50: string;
  readonly p90: string;
  readonly p99: string;
  readonly p999: string;
  readonly max: string;
  readonly failed: string;
  /** `http-503 12, timeout 3`, most frequent first; empty when nothing failed */
  readonly reasons: string;
}

export interface StateRow {
  readonly name: string;
  readonly count: string;
  /** of the population, 0..1 */
  readonly share: number;
}

export interface Tally {
  readonly name: string;
  readonly count: string;
  /** true when any count above 0 is a problem */
  readonly bad: boolean;
  /** text beside the count; may be empty */
  readonly aside: string;
}

export interface Refreshes {
  /** `mint` when squall signs all tokens itself and uses no endpoint */
  readonly name: 'refresh' | 'mint';
  readonly title: string;
  readonly perSecond: string;
  readonly got: string;
  readonly failed: Tally;
  /** in full */
  readonly tallies: readonly Tally[];
}

export interface FaultRow {
  readonly label: string;
  readonly start: string;
  /** null for an instantaneous fault */
  readonly end: string | null;
  readonly status: 'planned' | 'now' | 'over';
  readonly hits: string;
}

export interface Generator {
  /** how many shards on other machines were lost; empty: none */
  readonly lost: string;
  readonly saturated: boolean;
  /** in words, about the run so far, since later events can still change it */
  readonly health: string;
  readonly latenessP99: string;
  readonly loopDelayP99: string;
  readonly cpu: string;
  readonly memory: string;
  readonly workers: string;
  readonly reasons: string;
}

type ListedState = readonly [name: string, series: readonly SeriesName[]];

const RENEWING = '└ renewing';

/** The client states in display order, with their curves. Renewing clients also count as ready. */
const STATES: readonly ListedState[] = [
  ['ready', READY_STATES],
  [RENEWING, ['stateRenewing']],
  ['connecting', ['stateConnecting']],
  ['waiting', ['stateWaiting']],
  ['authenticating', ['stateAuthenticating']],
  ['fetching-token', ['stateFetchingToken']],
  ['stopped', ['stateStopped']],
  ['idle', ['stateIdle']],
];

/** The same rows where channels are joined: a screen of 24 rows has room for eight. */
const STATES_WITH_JOINS: readonly ListedState[] = STATES.map(([name, series]): ListedState => {
  if (name === 'connecting') return [name, ['stateConnecting', 'stateAuthenticating']];
  return name === 'authenticating' ? ['joining', ['stateJoining']] : [name, series];
});

/** The rows of a run; unknown clients take the row of the renewing ones. */
function statesOf(curves: Curves): readonly ListedState[] {
  const states = curves.total('joins') > 0 ? STATES_WITH_JOINS : STATES;
  if (unknownNow(curves) === 0) return states;
  return states.map((state) => (state[0] === RENEWING ? ['unknown', ['stateUnknown']] : state));
}

export function panelsOf(
  scenario: Scenario,
  measurements: Measurements,
  faults: readonly FaultOutcome[],
  generator: GeneratorHealth,
  events: readonly RunEvent[],
): Panels {
  const { curves, counts, elapsedMs, planned } = measurements;
  return {
    timings: TIMINGS.filter((name) => isShown(measurements, name)).flatMap((name) => timingRows(measurements, name)),
    states: statesOf(curves).map(([name, series]) => {
      const count = populationNow(curves, series);
      return { name, count: countText(count), share: planned > 0 ? count / planned : 0 };
    }),
    stopped: [
      tally('gave up', counts.stoppedGaveUp, true),
      tally('advised to stop', counts.stoppedOnAdvice, true),
      tally('logged out', counts.stoppedLoggedOut, true),
    ],
    lost: [
      tally('token expired', curves.total('lostExpired'), true),
      tally('renewing', curves.total('lostRenewal')),
      tally('closed by gateway', curves.total('lostClosed'), true),
      tally('dropped', curves.total('lostDropped'), true),
    ],
    refreshes: refreshesOf(scenario, measurements),
    conditions: conditionsOf(measurements),
    ledger: scenario.clients.commands === null ? null : ledgerOf(measurements),
    faults: faults.map((fault) => faultRow(fault, elapsedMs)),
    generator: generatorOf(generator, events),
  };
}

function tally(name: string, count: number | null, bad = false): Tally {
  return { name, count: count === null ? '?' : countText(count), bad: bad && count !== null && count > 0, aside: '' };
}

/** Timings that only some scenarios have, and that stand on screen only there. */
const OF_SOME: ReadonlySet<TimingName> = new Set<TimingName>(['login', 'dialRequest', 'joinRequest', 'join']);

function isShown({ timings }: Measurements, name: TimingName): boolean {
  return !OF_SOME.has(name) || timings[name].tried > 0;
}

/** A row for the successes and, if anything failed, a row for all attempts, in which failures count as slowest. */
function timingRows(measurements: Measurements, name: TimingName): readonly TimingRow[] {
  const timing = measurements.timings[name];
  const summary = timing.summary();
  const { count, all, failures } = summary;
  const reasons = Object.entries(failures).toSorted(([, a], [, b]) => b - a);
  const failed = reasons.reduce((sum, [, n]) => sum + n, 0);
  const ok = {
    name: words(name),
    count: countText(count),
    ...percentiles(summary, durationText),
    failed: countText(failed),
    reasons: reasons.map(([reason, n]) => `${reason} ${countText(n)}`).join(', '),
  };
  if (timing.tried === count) return [ok];
  const others = {
    name: ` ${ALL_LABEL}`,
    count: countText(timing.tried),
    ...percentiles(all, rankedText),
    failed: '',
    reasons: '',
  };
  return [ok, others];
}

/** The percentiles of a timing, each as `text` words it. */
function percentiles<Ms>(
  of: Readonly<Record<`${'p50' | 'p90' | 'p99' | 'p999' | 'max'}Ms`, Ms>>,
  text: (ms: Ms) => string,
) {
  return { p50: text(of.p50Ms), p90: text(of.p90Ms), p99: text(of.p99Ms), p999: text(of.p999Ms), max: text(of.maxMs) };
}

function refreshesOf(scenario: Scenario, measurements: Measurements): Refreshes {
  const { curves } = measurements;
  const minted = mintsTokens(scenario);
  return {
    name: minted ? 'mint' : 'refresh',
    title: minted ? 'tokens minted by squall' : 'refreshes',
    perSecond: countText(rateNow(measurements, 'refreshes')),
    got: countText(curves.total('refreshed')),
    failed: tally(
      'failed',
      REFRESH_FAILURE_SERIES.reduce((sum, series) => sum + curves.total(series), 0),
      true,
    ),
    tallies: [
      { ...tally('got', curves.total('refreshed')), aside: `of ${countText(curves.total('refreshes'))}` },
      tally('failed: status', curves.total('refreshFailedStatus'), true),
      tally('failed: malformed', curves.total('refreshFailedMalformed'), true),
      tally('failed: network', curves.total('refreshFailedNetwork'), true),
      tally('failed: timeout', curves.total('refreshFailedTimeout'), true),
      tally('failed: session over', curves.total('refreshFailedGrant'), true),
    ],
  };
}

/** The conditions that clients are or were in, then all other counts above 0. */
function conditionsOf({ curves, counts, timings, reported }: Measurements): Tally[] {
  const conditions = CONDITION_NAMES.map((name) => ({ name, most: mostClientsIn(curves, name) })).filter(
    ({ most }) => most > 0,
  );
  const revocationP99Ms = timings.revocation.quantileMs(0.99);
  const sums = { ...counts, ...reported };
  const alarms = [...COUNTS, ...REPORTED].filter(
    (name) => SUM_SPECS[name].alarm !== undefined && !name.endsWith('Ms') && (sums[name] ?? 0) > 0,
  );
  return [
    ...conditions.map(({ name, most }) => ({
      ...tally(words(name), populationNow(curves, [CONDITION_SERIES[name]]), true),
      aside: `max ${countText(most)}`,
    })),
    ...alarms.map((name) => tally(words(name), sums[name], true)),
    ...(revocationP99Ms === null
      ? []
      : [{ name: 'revoked to closed p99', count: durationText(revocationP99Ms), bad: false, aside: '' }]),
  ];
}

function ledgerOf({ ledger }: Measurements): Tally[] {
  return [
    tally('sent', ledger.sent),
    tally('acknowledged', ledger.acknowledged),
    tally('lost', ledger.lost, true),
    tally('duplicated', ledger.duplicated, true),
    tally('unexpected', ledger.unexpected, true),
    tally('in flight', ledger.inFlight),
    tally('given up', ledger.gaveUp, true),
    tally('never sent', ledger.skipped, true),
    tally('waiting', ledger.waiting),
  ];
}

function faultRow(fault: FaultOutcome, elapsedMs: number): FaultRow {
  const windows = windowsOf(fault);
  const acts = windows.some(({ startMs, endMs }) => startMs <= elapsedMs && elapsedMs < endMs);
  const status = elapsedMs < fault.atMs ? 'planned' : acts ? 'now' : 'over';
  return {
    label: clean(fault.label),
    start: timeText(fault.atMs),
    end: fault.forMs > 0 ? timeText(fault.atMs + fault.forMs) : null,
    status,
    hits: status === 'planned' ? NOTHING : `${countText(fault.hit)}/${countText(fault.planned)}`,
  };
}

function generatorOf(health: GeneratorHealth, events: readonly RunEvent[]): Generator {
  const losses = events.filter(({ issue }) => issue === 'shard-lost');
  return {
    lost: losses.length === 0 ? '' : `${losses.length} of ${health.workers} shards lost`,
    saturated: health.saturated,
    health: health.saturated ? 'saturated so far' : 'healthy',
    latenessP99: durationText(health.latenessP99Ms),
    loopDelayP99: durationText(health.loopDelayP99Ms),
    cpu: durationText(health.cpuSeconds * 1e3),
    memory: `${Math.round(health.rssBytes / 2 ** 20)} MiB`,
    workers: countText(health.workers),
    reasons: clean(health.reasons.join('; ')),
  };
}

const OVERVIEW_TIMINGS: ReadonlySet<string> = new Set(['handshake', 'recovery', 'refresh', 'command']);

/** The timings shown in an overview. */
export function overviewTimings(panels: Panels): TimingRow[] {
  return panels.timings.filter(({ name }) => OVERVIEW_TIMINGS.has(name));
}
