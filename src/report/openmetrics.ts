import { STATE_NAMES } from '../core/client/states.ts';
import { kebab } from '../core/kebab.ts';
import { CONDITION_SERIES } from '../metrics/conditions.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { REFRESH_FAILURES } from '../metrics/refresh-failures.ts';
import { readyNow } from '../metrics/ready.ts';
import type { Progress, WorldName } from '../metrics/run.ts';
import { SERIES, TIMINGS, type SeriesName, type TimingName } from '../metrics/series.ts';
import type { Latency } from '../metrics/timing.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { VERSION } from '../results/version.ts';
import { counter, exposition, gauge, type Family, type Labels } from './openmetrics-text.ts';

/** The upper ends of the buckets, in seconds: two or three to a decade, from a loopback's to a lost client's. */
const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const BUCKETS_MS = BUCKETS_S.map((le) => le * 1000);

/** What a run that goes on has come to, in the OpenMetrics text format 1.0. */
export function openMetrics({ name, seed }: Scenario, world: WorldName, progress: Progress): string {
  const { measurements, faults, phase, durationMs } = progress;
  return exposition([
    {
      name: 'squall_run',
      type: 'info',
      help: 'The run.',
      samples: [['_info', { scenario: name, seed, world, version: VERSION }, 1]],
    },
    gauge('squall_run_phase', 'The phase that the run is in.', [[{ phase }, 1]]),
    seconds('squall_run_elapsed_seconds', 'Time since the first client could arrive.', measurements.elapsedMs / 1000),
    seconds('squall_run_duration_seconds', 'How long the run is to last.', durationMs / 1000),
    ...eventCounters(measurements),
    ...clientGauges(measurements),
    ...TIMINGS.flatMap((timing) => timingFamilies(timing, measurements)),
    ...faultCounters(faults),
    ...generatorFamilies(progress.generator),
  ]);
}

/** Each series that is an event, by its metric's name; a label tells kinds of one event apart. */
const EVENTS: readonly {
  readonly name: string;
  readonly help: string;
  readonly of: readonly (readonly [Labels, SeriesName])[];
}[] = [
  { name: 'attempts', help: 'Attempts to connect.', of: [[{}, 'attempts']] },
  { name: 'arrivals', help: 'Attempts that are the first of a client.', of: [[{}, 'arrivals']] },
  { name: 'attempts_failed', help: 'Attempts that did not end in a ready connection.', of: [[{}, 'attemptsFailed']] },
  { name: 'ready', help: 'Connections that became ready.', of: [[{}, 'ready']] },
  { name: 'recovered', help: 'Clients that were ready again after a loss.', of: [[{}, 'recovered']] },
  {
    name: 'connections_lost',
    help: 'Ready connections that ended, by cause.',
    of: [
      [{ cause: 'expired' }, 'lostExpired'],
      [{ cause: 'renewal' }, 'lostRenewal'],
      [{ cause: 'closed' }, 'lostClosed'],
      [{ cause: 'dropped' }, 'lostDropped'],
    ],
  },
  { name: 'clients_stopped', help: 'Clients that stopped for good.', of: [[{}, 'stopped']] },
  { name: 'clients_abandoned', help: 'Clients that stopped for good after a loss.', of: [[{}, 'abandoned']] },
  { name: 'refreshes', help: 'Tokens asked for, of a token endpoint or of squall itself.', of: [[{}, 'refreshes']] },
  { name: 'refreshed', help: 'Tokens that were asked for and came.', of: [[{}, 'refreshed']] },
  {
    name: 'refreshes_failed',
    help: 'Tokens that were asked for and did not come, by class.',
    of: Object.entries(REFRESH_FAILURES).map(([kind, series]) => [{ class: kind }, series] as const),
  },
  { name: 'commands_due', help: 'Commands that came due.', of: [[{}, 'due']] },
  { name: 'commands_sent', help: 'Commands sent for the first time.', of: [[{}, 'sent']] },
  { name: 'commands_resent', help: 'Commands sent again.', of: [[{}, 'resent']] },
  { name: 'commands_acknowledged', help: 'Commands acknowledged.', of: [[{}, 'acknowledged']] },
  { name: 'commands_given_up', help: 'Commands that clients gave up.', of: [[{}, 'gaveUp']] },
  { name: 'commands_skipped', help: 'Commands that came due and are never sent.', of: [[{}, 'skipped']] },
  { name: 'effects_duplicated', help: 'Effects of commands beyond the first.', of: [[{}, 'duplicated']] },
];

function eventCounters({ curves }: Measurements): readonly Family[] {
  return EVENTS.map(({ name, help, of }) =>
    counter(
      `squall_${name}`,
      help,
      of.map(([labels, series]) => [labels, curves.total(series)]),
    ),
  );
}

/** Each state with its curve; a renewing client is ready, and counted there. */
const STATE_SERIES = SERIES.filter((series) => series.startsWith('state')).map(
  (series, index) => [STATE_NAMES[index] ?? series, series] as const,
);

function clientGauges({ curves, planned, counts }: Measurements): readonly Family[] {
  return [
    gauge(
      'squall_clients',
      'Clients in each state.',
      STATE_SERIES.filter(([, series]) => series !== 'stateRenewing').map(([state, series]) => [
        { state },
        series === 'stateReady' ? readyNow(curves) : curves.total(series),
      ]),
    ),
    gauge('squall_clients_renewing', 'Ready clients whose next token is on its way.', [
      [{}, curves.total('stateRenewing')],
    ]),
    gauge(
      'squall_clients_hindered',
      'Clients in each condition that keeps them from their work.',
      Object.entries(CONDITION_SERIES).map(([condition, series]) => [
        { condition: kebab(condition) },
        curves.total(series),
      ]),
    ),
    gauge('squall_clients_planned', 'Clients of the run.', [[{}, planned]]),
    {
      ...counter('squall_exposure_seconds', 'Client-seconds ready on an expired token.', [
        [{}, counts.exposureMs / 1000],
      ]),
      unit: 'seconds',
    },
  ];
}

function timingFamilies(name: TimingName, { timings }: Measurements): readonly Family[] {
  const timing = timings[name];
  const words = kebab(name).replaceAll('-', '_');
  const counts = countsUpTo(timing.recorded());
  return [
    {
      name: `squall_${words}_seconds`,
      type: 'histogram',
      unit: 'seconds',
      help: `Latency: ${kebab(name)}.`,
      samples: [
        ...BUCKETS_S.map((le, index) => ['_bucket', { le: bucketText(le) }, counts[index] ?? 0] as const),
        ['_bucket', { le: '+Inf' }, timing.count],
        ['_count', {}, timing.count],
        ['_sum', {}, ((timing.meanMs ?? 0) * timing.count) / 1000],
      ],
    },
    counter(
      `squall_${words}_failures`,
      `Not in squall_${words}_seconds, by reason.`,
      Array.from(timing.failures, ([reason, n]) => [{ reason }, n] as const),
    ),
  ];
}

/** How many latencies each bucket holds, those of the smaller ones included. */
function countsUpTo(latencies: readonly Latency[]): readonly number[] {
  const counts = BUCKETS_MS.map(() => 0);
  for (const { ms, count } of latencies) {
    const bucket = BUCKETS_MS.findIndex((limitMs) => ms <= limitMs);
    if (bucket !== -1) counts[bucket]! += count;
  }
  let sum = 0;
  return counts.map((n) => (sum += n));
}

/** OpenMetrics has floats end in a fraction: `1.0`. */
function bucketText(le: number): string {
  return Number.isInteger(le) ? le.toFixed(1) : String(le);
}

function faultCounters(faults: Progress['faults']): readonly Family[] {
  const each = faults.map((fault, index) => ({ fault, labels: { fault: index, label: fault.label } }));
  return [
    counter(
      'squall_fault_planned',
      'Whom each fault was to hit so far.',
      each.map(({ fault, labels }) => [labels, fault.planned]),
    ),
    counter(
      'squall_fault_hits',
      'Whom each fault has hit.',
      each.map(({ fault, labels }) => [labels, fault.hit]),
    ),
    counter(
      'squall_fault_misses',
      'Whom each fault has missed, by reason.',
      each.flatMap(({ fault, labels }) =>
        Object.entries(fault.missed).map(([reason, n]) => [{ ...labels, reason }, n] as const),
      ),
    ),
  ];
}

function generatorFamilies(generator: Progress['generator']): readonly Family[] {
  return [
    gauge('squall_generator_workers', 'Workers that hold the clients.', [[{}, generator.workers]]),
    gauge('squall_generator_saturated', '1 when squall is the limit, and not the target.', [
      [{}, generator.saturated ? 1 : 0],
    ]),
    seconds('squall_generator_lateness_p99_seconds', 'How late events run.', generator.latenessP99Ms / 1000),
    seconds('squall_generator_loop_delay_p99_seconds', 'Delay of event loops.', generator.loopDelayP99Ms / 1000),
    {
      ...counter('squall_generator_cpu_seconds', 'CPU time of squall itself.', [[{}, generator.cpuSeconds]]),
      unit: 'seconds',
    },
    { ...gauge('squall_generator_rss_bytes', 'Memory of squall itself.', [[{}, generator.rssBytes]]), unit: 'bytes' },
    counter('squall_generator_dropped_starts', 'Attempts that this machine had no room for.', [
      [{}, generator.droppedStarts],
    ]),
  ];
}

function seconds(name: string, help: string, value: number): Family {
  return { ...gauge(name, help, [[{}, value]]), unit: 'seconds' };
}
