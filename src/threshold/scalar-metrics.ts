import { downtimeBetween, downtimeMs } from '../metrics/downtime.ts';
import { happenedBetween, isKnownWithin } from '../metrics/happened.ts';
import { LOST, neverReadyOf, outOf } from '../metrics/lost.ts';
import type { LedgerTotals } from '../metrics/measurements.ts';
import { calmPerSecond } from '../storm/calm.ts';
import { populationOf } from '../storm/population.ts';
import { leastReady, leastReadyBetween, mostOfLeastReady, readyNow } from '../metrics/ready.ts';
import { unknownNow } from '../metrics/unknown.ts';
import { BINS_PER_SECOND, peakBetween, slidingPeak } from '../metrics/window.ts';
import {
  BIN_MS,
  COUNTS,
  metricOf,
  REPORTED,
  SUM_SPECS,
  type CountName,
  type ReportedName,
  type SeriesName,
  type TimingName,
} from '../core/metrics.ts';
import { between, giveOrTake, orMore, type Evidence, type Metric, type MetricValue } from './metric.ts';
import { hangingIn, orHanging } from './timing-metrics.ts';

type Read = (evidence: Evidence) => number | null;
type Whole = (evidence: Evidence) => number;
/** A metric that reads a number or null, never bounds. */
type Counted = Omit<Metric, 'read'> & { readonly read: Read };

const planned: Whole = ({ measurements }) => measurements.planned;
const attempts: Whole = ({ measurements }) => measurements.curves.total('attempts');
const refreshes: Whole = ({ measurements }) => measurements.curves.total('refreshes');
const sent: Whole = ({ measurements }) => measurements.ledger.sent;
const due: Whole = ({ measurements }) => measurements.ledger.due;

type SumName = CountName | ReportedName;

/** All counts and reported figures by their names in thresholds. */
const SUMS = [...COUNTS, ...REPORTED].map((name) => ({ name: metricOf(name), metric: sumOf([name]) }));

/** Metrics without brackets. */
export const SCALARS: Readonly<Record<string, Metric>> = {
  ...weighed({
    due: { dimension: 'count', read: due, moreRaises: true },
    sent: { dimension: 'count', read: sent, moreRaises: true },
    /** commands that came due and were never sent */
    skipped: failedOf(({ measurements }) => measurements.ledger.skipped, due),
    acknowledged: ofCommands(({ acknowledged }) => acknowledged),
    lost: orUnfinished(
      'command',
      ofAcknowledged(({ lost }) => lost),
    ),
    duplicated: ofAcknowledged(({ duplicated }) => duplicated),
    unexpected: orUnfinished(
      'command',
      ofAcknowledged(({ unexpected }) => unexpected),
    ),
    /** at the end of the run; `least(ready)` is the fewest over the run */
    ready: clientsOf(onceTried(({ measurements }) => readyNow(measurements.curves))),
    stopped: clientsOf(onceTried(({ measurements }) => measurements.curves.total('stopped'))),
    /** client-seconds not ready after having been ready */
    downtime: {
      dimension: 'duration',
      read: downtime,
      between: (offered, intended) => {
        const { atLeast, atMost } = downtimeBetween(offered.measurements, intended.measurements);
        return between(atLeast, atMost);
      },
    },
    /** clients that had been ready and are not */
    'not-back': clientsOf(onceReady(({ measurements }) => outOf(measurements.curves))),
    /** clients that have arrived and were never ready */
    'never-ready': clientsOf(onceTried(({ measurements }) => neverReadyOf(measurements.curves))),
    /** clients in a loop, counted once for each kind of loop */
    loops: sumOf(['loopingReconnect', 'loopingRefresh']),
    /** commands that were carried out although they should not have been */
    unauthorized: sumOf(REPORTED.filter((name) => name.startsWith('unauthorized'))),
  }),
  storms: {
    dimension: 'count',
    read: onceReady(({ storms }) => storms.length),
    between: ofSameStorms(({ storms }) => storms.length),
  },
  outlived: {
    dimension: 'count',
    read: onceReady(outlived),
    between: ofSameStorms(outlived),
  },
  spike: { dimension: 'ratio', read: onceReady(spike), between: spikeBetween },
  amplification: { dimension: 'ratio', read: amplification, between: ofSameStorms(amplification) },
  echo: { dimension: 'ratio', read: echo, between: echoBetween },
  ...weighed(
    Object.fromEntries(SUMS.filter(({ name }) => !name.endsWith(')')).map(({ name, metric }) => [name, metric])),
  ),
};

/** Names that stand in brackets after another word. */
export const PARTS: Readonly<Record<string, Readonly<Record<string, Metric>>>> = {
  loops: weighed(partsOf('loops')),
  unauthorized: weighed(partsOf('unauthorized')),
  failed: weighed({
    attempts: orUnfinished(
      'handshake',
      failedOf(({ measurements }) => measurements.curves.total('attemptsFailed'), attempts),
    ),
    refreshes: orUnfinished(
      'refresh',
      failedOf(({ measurements }) => measurements.timings.refresh.failed, refreshes),
    ),
    commands: orUnfinished(
      'command',
      failedOf(
        ({
          measurements: {
            ledger: { gaveUp, skipped, acknowledged },
          },
        }) => (gaveUp + skipped + acknowledged === 0 ? null : gaveUp + skipped),
        due,
      ),
    ),
  }),
  least: weighed({
    ready: {
      dimension: 'count',
      read: leastReadyOf,
      whole: planned,
      between: (offered, intended) => {
        const { measurements } = offered;
        if (unknownNow(measurements.curves) > 0) return leastReadyOf(offered);
        const bounds = leastReadyBetween(measurements, intended.measurements, measurements.planned);
        return bounds === null ? null : between(bounds.atLeast, bounds.atMost);
      },
    },
  }),
};

/**
 * The same metrics, held against faults that missed some of their clients: each could have added to a count, or taken from
 * it, and could only have lengthened the time that clients were out.
 */
function weighed(metrics: Readonly<Record<string, Metric>>): Readonly<Record<string, Metric>> {
  return Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => [
      name,
      {
        ...metric,
        missed: (evidence: Evidence, missed: number) =>
          metric.dimension === 'count'
            ? giveOrTake(metric.read(evidence), missed)
            : orMore(metric.read(evidence), Infinity),
      },
    ]),
  );
}

/** A number of clients at the end of the run, which unknown clients may be among. */
function clientsOf(read: Read): Metric {
  return {
    dimension: 'count',
    read: (evidence) => orMore(read(evidence), unknownNow(evidence.measurements.curves)),
    whole: planned,
    ofClients: true,
  };
}

function leastReadyOf(evidence: Evidence): MetricValue {
  const { measurements } = evidence;
  if (attempts(evidence) === 0) return null;
  const least = leastReady(measurements, measurements.planned);
  if (least === null || unknownNow(measurements.curves) === 0) return least;
  return between(least, Math.max(least, mostOfLeastReady(measurements, measurements.planned) ?? least));
}

/** The sums whose names have brackets: `loops(reconnect)`. */
function partsOf(word: string): Readonly<Record<string, Metric>> {
  const parts = SUMS.filter(({ name }) => name.startsWith(`${word}(`));
  return Object.fromEntries(parts.map(({ name, metric }) => [name.slice(word.length + 1, -1), metric]));
}

/** A count of failures; what is still unfinished may add to it. */
function orUnfinished(name: TimingName, metric: Counted): Metric {
  const timing = ({ measurements }: Evidence) => measurements.timings[name];
  const read = (evidence: Evidence): MetricValue => {
    const count = metric.read(evidence);
    return count === null ? null : orHanging(count, timing(evidence));
  };
  return { ...metric, read, aside: (evidence) => hangingIn(timing(evidence)) };
}

function ofCommands(read: (ledger: LedgerTotals) => number | null): Counted {
  return failedOf(({ measurements }) => read(measurements.ledger), sent);
}

/** Without an acknowledged command a count of 0 shows nothing: the target may carry out no commands at all. */
function ofAcknowledged(read: (ledger: LedgerTotals) => number | null): Counted {
  return ofCommands((ledger) => (ledger.acknowledged === 0 && read(ledger) === 0 ? null : read(ledger)));
}

/** The sum of the counts or reported figures of these names, which have one unit. */
function sumOf(names: readonly SumName[]): Metric {
  const { needs, of } = SUM_SPECS[names[0]!];
  const read: Read = ({ measurements: { counts, reported } }) =>
    names.reduce<number | null>((sum, name) => {
      const n = { ...counts, ...reported }[name];
      return sum === null || n === null ? null : sum + n;
    }, 0);
  const enough = { attempts, sent, ready: ({ measurements }: Evidence) => measurements.curves.total('ready') }[needs];
  return {
    dimension: names[0]!.endsWith('Ms') ? 'duration' : 'count',
    read: (evidence) => (enough(evidence) === 0 ? null : known(read(evidence))),
    ...(of === undefined ? {} : { whole: { clients: planned, attempts, sent }[of] }),
  };
}

/** Null where nothing was tried. */
function failedOf(read: Read, whole: Whole): Counted {
  return {
    dimension: 'count',
    read: (evidence) => (whole(evidence) === 0 ? null : read(evidence)),
    whole,
    moreRaises: true,
  };
}

function onceTried(read: Read): Read {
  return (evidence) => (attempts(evidence) === 0 ? null : known(read(evidence)));
}

function onceReady(read: Read): Read {
  return (evidence) => (evidence.measurements.curves.total('ready') === 0 ? null : known(read(evidence)));
}

/** Null where it was not recorded. */
function known(value: number | null): number | null {
  return Number.isNaN(value) ? null : value;
}

/** Client-time not ready after having been ready; the length of each loss may be blurred. */
function downtime(evidence: Evidence): MetricValue {
  const { measurements, blurMs = 0 } = evidence;
  const { curves } = measurements;
  if (curves.total('ready') === 0) return null;
  const ms = downtimeMs(measurements);
  return between(Math.max(0, ms - blurMs * (outOf(curves) + curves.total('recovered'))), ms);
}

/** The fullest second of reconnects over the calm rate, where there is one above 0; as in `Storm`. */
function spike({ measurements }: Evidence): number | null {
  const population = populationOf(measurements);
  const calm = calmPerSecond(population);
  return calm === null || calm === 0 ? null : slidingPeak(population.reconnects).perSecond / calm;
}

function spikeBetween(offered: Evidence, intended: Evidence): MetricValue {
  const population = populationOf(offered.measurements);
  const calm = calmPerSecond(population);
  if (calm === null || calm === 0) return null;
  const { atLeast, atMost } = peakBetween(populationOf(intended.measurements).reconnects, population.reconnects);
  return between(atLeast / calm, atMost / calm);
}

function outlived({ storms }: Evidence): number {
  return storms.filter((storm) => storm.outlivedCause).length;
}

/**
 * The value of a figure of storms as they were, where both views of the run have the same storms; else null: which storms a
 * generator on time would have seen is not known.
 */
function ofSameStorms(read: Read): (offered: Evidence, intended: Evidence) => number | null {
  return (offered, intended) => (areSameStorms(offered, intended) ? read(offered) : null);
}

/**
 * Whether both views have the same storms: of the same kinds in the same order, each of which begins in the time of the
 * other. Storms less than a second apart are one, so greater lateness than that may have joined or parted what is one, or
 * two, in both views.
 */
function areSameStorms(offered: Evidence, intended: Evidence): boolean {
  if (offered.storms.length !== intended.storms.length) return false;
  const isSame = offered.storms.every(({ kind, endMs }, n) => {
    const other = intended.storms[n]!;
    return kind === other.kind && other.startMs < endMs && other.startMs >= (offered.storms[n - 1]?.endMs ?? 0);
  });
  const happened = (plus: readonly SeriesName[], minus?: readonly SeriesName[]) =>
    happenedBetween(offered.measurements, intended.measurements, plus, minus);
  return (
    isSame &&
    [happened(['attempts'], ['arrivals']), happened(LOST), happened(['recovered'])].every((events) =>
      isKnownWithin(events, BINS_PER_SECOND),
    )
  );
}

/** Bounds of `echo` where both views have the same storms: each peak may have been higher or lower than in either. */
function echoBetween(offered: Evidence, intended: Evidence): MetricValue {
  if (!areSameStorms(offered, intended)) return null;
  const [earliest, latest] = [intended, offered].map(({ measurements }) => populationOf(measurements).reconnects);
  const [first, ...later] = offered.storms.flatMap(({ kind, endMs }, n) => {
    const range = [intended.storms[n]!.startMs, endMs].map((ms) => Math.round(ms / BIN_MS));
    return kind === 'reconnect' ? [peakBetween(earliest!, latest!, ...range)] : [];
  });
  if (first === undefined) return null;
  const [least, most] = [
    Math.max(0, ...later.map(({ atLeast }) => atLeast)),
    Math.max(0, ...later.map(({ atMost }) => atMost)),
  ];
  return first.atLeast === 0 ? null : between(least / first.atMost, most / first.atLeast);
}

/** The highest peak of the reconnect storms after the first over the peak of the first; null without a first, 0 without a later one. */
function echo({ storms }: Evidence): number | null {
  const [first, ...later] = storms.filter(({ kind }) => kind === 'reconnect').map(({ peakPerSecond }) => peakPerSecond);
  return first === undefined ? null : Math.max(0, ...later) / first;
}

/** Attempts per recovery in the worst storm; over the whole run when there was none; null when nobody recovered. */
function amplification({ measurements: { curves }, storms }: Evidence): number | null {
  const worst = Math.max(...storms.map((storm) => storm.attemptsPerRecovery ?? -Infinity));
  if (worst > -Infinity) return worst;
  const recovered = curves.total('recovered');
  return recovered === 0 ? null : (curves.total('attempts') - curves.total('arrivals')) / recovered;
}
