import { downtimeMs } from '../metrics/downtime.ts';
import { neverReadyOf, outOf } from '../metrics/lost.ts';
import type { Unauthorized } from '../core/server/unauthorized.ts';
import type { LedgerTotals, TargetReported } from '../metrics/measurements.ts';
import { calmPerSecond } from '../storm/calm.ts';
import { populationOf } from '../storm/population.ts';
import { leastReady, readyNow } from '../metrics/ready.ts';
import { slidingPeak } from '../metrics/window.ts';
import type { TimingName } from '../metrics/series.ts';
import type { Evidence, Metric, MetricValue } from './metric.ts';
import { hangingIn, orHanging } from './timing-metrics.ts';

type Read = (evidence: Evidence) => number | null;
type Whole = (evidence: Evidence) => number;
/** A metric that is known as soon as it is counted. */
type Counted = Omit<Metric, 'read'> & { readonly read: Read };

const planned: Whole = ({ measurements }) => measurements.planned;
const attempts: Whole = ({ measurements }) => measurements.curves.total('attempts');
const refreshes: Whole = ({ measurements }) => measurements.curves.total('refreshes');
const looping: Read = ({ measurements: { counts } }) => counts.loopingReconnect + counts.loopingRefresh;
const sent: Whole = ({ measurements }) => measurements.ledger.sent;
const due: Whole = ({ measurements }) => measurements.ledger.due;

/** Metrics without brackets. */
export const SCALARS: Readonly<Record<string, Metric>> = {
  due: { dimension: 'count', read: due },
  sent: { dimension: 'count', read: sent },
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
  ready: { dimension: 'count', read: onceTried(({ measurements }) => readyNow(measurements.curves)), whole: planned },
  stopped: {
    dimension: 'count',
    read: onceTried(({ measurements }) => measurements.curves.total('stopped')),
    whole: planned,
  },
  wasted: { dimension: 'count', read: onceTried(({ measurements }) => measurements.wasted), whole: attempts },
  /** client-seconds not ready after having been ready */
  downtime: { dimension: 'duration', read: onceReady(({ measurements }) => downtimeMs(measurements)) },
  /** clients that had been ready and are not */
  'not-back': { dimension: 'count', read: onceReady(({ measurements }) => outOf(measurements.curves)), whole: planned },
  /** clients that have arrived and were never ready */
  'never-ready': {
    dimension: 'count',
    read: onceTried(({ measurements }) => neverReadyOf(measurements.curves)),
    whole: planned,
  },
  /** client-seconds spent ready on a token past its `exp` */
  exposure: { dimension: 'duration', read: onceReady(({ measurements }) => measurements.counts.exposureMs) },
  /** clients that go round in a loop, once for each kind of loop */
  loops: { dimension: 'count', read: onceTried(looping), whole: planned },
  /** connections found silent, and the client-seconds that they were */
  silent: { dimension: 'count', read: onceReady(({ measurements }) => measurements.counts.silent) },
  silence: { dimension: 'duration', read: onceReady(({ measurements }) => measurements.counts.silenceMs) },
  /** commands that were carried out although they should not have been */
  unauthorized: unauthorized(
    ({ beforeAuth, expired, revoked, forbidden }) => beforeAuth + expired + revoked + forbidden,
  ),
  anonymous: told(({ sessions }) => sessions?.anonymous ?? null),
  downgraded: told(({ sessions }) => sessions?.downgraded ?? null),
  'logged-out-by-reuse': { ...told(({ loggedOutByReuse }) => loggedOutByReuse), whole: planned },
  storms: { dimension: 'count', read: onceReady(({ storms }) => storms.length) },
  outlived: {
    dimension: 'count',
    read: onceReady(({ storms }) => storms.filter((storm) => storm.outlivedCause).length),
  },
  spike: { dimension: 'ratio', read: onceReady(spike) },
  amplification: { dimension: 'ratio', read: amplification },
};

/** What may stand in brackets after a word of its own. */
export const PARTS: Readonly<Record<string, Readonly<Record<string, Metric>>>> = {
  failed: {
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
  },
  loops: {
    reconnect: {
      dimension: 'count',
      read: onceTried(({ measurements }) => measurements.counts.loopingReconnect),
      whole: planned,
    },
    refresh: {
      dimension: 'count',
      read: onceTried(({ measurements }) => measurements.counts.loopingRefresh),
      whole: planned,
    },
  },
  least: {
    ready: {
      dimension: 'count',
      read: onceTried(({ measurements }) => leastReady(measurements, measurements.planned)),
      whole: planned,
    },
  },
  unauthorized: {
    'before-auth': unauthorized(({ beforeAuth }) => beforeAuth),
    expired: unauthorized(({ expired }) => expired),
    revoked: unauthorized(({ revoked }) => revoked),
    forbidden: unauthorized(({ forbidden }) => forbidden),
  },
};

/** A count of what went wrong, to which whatever hangs may yet come. */
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

/** Where no command was acknowledged, a count of 0 shows nothing: nobody knows that the target carries commands out. */
function ofAcknowledged(read: (ledger: LedgerTotals) => number | null): Counted {
  return ofCommands((ledger) => (ledger.acknowledged === 0 && read(ledger) === 0 ? null : read(ledger)));
}

function unauthorized(read: (accepted: Readonly<Record<Unauthorized, number>>) => number): Metric {
  return failedOf(({ measurements }) => measurements.unauthorized && read(measurements.unauthorized), sent);
}

function told(read: (told: TargetReported) => number | null): Metric {
  return { dimension: 'count', read: onceTried(({ measurements }) => read(measurements)) };
}

/** Where nothing was tried, there is no data. */
function failedOf(read: Read, whole: Whole): Counted {
  return { dimension: 'count', read: (evidence) => (whole(evidence) === 0 ? null : read(evidence)), whole };
}

function onceTried(read: Read): Read {
  return (evidence) => (attempts(evidence) === 0 ? null : known(read(evidence)));
}

function onceReady(read: Read): Read {
  return (evidence) => (evidence.measurements.curves.total('ready') === 0 ? null : known(read(evidence)));
}

/** What was not recorded is no data. */
function known(value: number | null): number | null {
  return Number.isNaN(value) ? null : value;
}

/** The fullest second of reconnects over the calm rate, where there is one above 0; as in `Storm`. */
function spike({ measurements }: Evidence): number | null {
  const population = populationOf(measurements);
  const calm = calmPerSecond(population);
  return calm === null || calm === 0 ? null : slidingPeak(population.reconnects).perSecond / calm;
}

/** Attempts per recovery in the worst storm; over the whole run when there was none; null when nobody recovered. */
function amplification({ measurements: { curves }, storms }: Evidence): number | null {
  const worst = Math.max(...storms.map((storm) => storm.attemptsPerRecovery ?? -Infinity));
  if (worst > -Infinity) return worst;
  const recovered = curves.total('recovered');
  return recovered === 0 ? null : (curves.total('attempts') - curves.total('arrivals')) / recovered;
}
