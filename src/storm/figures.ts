import { byName, namesOf } from '../core/metrics.ts';
import { downtimeMs, lockedOut } from '../metrics/downtime.ts';
import type { Measurements } from '../metrics/measurements.ts';
import type { Timing } from '../metrics/timing.ts';
import type { Storm } from './storm.ts';

/** What a figure is measured in: events a second, milliseconds, a ratio, a count, or client-seconds. */
export type FigureUnit = 'per-second' | 'ms' | 'ratio' | 'count' | 'client-seconds';

/** Everything that a run measured, and its storms. */
interface Run {
  readonly measurements: Measurements;
  readonly storms: readonly Storm[];
}

interface FigureSpec {
  readonly unit: FigureUnit;
  /** for people, in a table's first column */
  readonly label: string;
  /** null: there are no data */
  readonly read: (run: Run) => number | null;
  /** runs are compared by it: less is better */
  readonly compared?: true;
  /** a prediction is held against it */
  readonly predicted?: true;
}

/**
 * The handful of numbers by which runs are told apart, in the order in which tables have them. There are no data of the
 * three figures of storms when there was none, and of `spikeFactor` without a calm rate. A `t95RecoveryMs` of a storm that
 * never got 95 % of its clients back, and a p99 that reaches into failures, are null too: no number, and worse than any.
 */
const BY_NAME = {
  /** attempts in the fullest second, first arrivals among them */
  peakAttemptsPerSecond: {
    unit: 'per-second',
    label: 'peak attempts',
    read: onceTried(({ curves }) => curves.peakPerSecond('attempts').perSecond),
    compared: true,
    predicted: true,
  },
  /** storms and outages */
  storms: {
    unit: 'count',
    label: 'storms',
    read: ({ measurements, storms }) => (measurements.curves.total('ready') > 0 ? storms.length : null),
  },
  /** the greatest peak over the calm rate that a storm had */
  spikeFactor: {
    unit: 'ratio',
    label: 'spike factor',
    read: ({ storms }) => greatest(known(storms.map((storm) => storm.spikeFactor))),
    compared: true,
  },
  /** from their own loss until 95 % of a storm's losses were made good, in the slowest storm that lost anybody */
  t95RecoveryMs: {
    unit: 'ms',
    label: 't95 recovery',
    read: ({ measurements: { timings }, storms }) => slowest(storms, timings.recovery.maxMs ?? Infinity),
    compared: true,
    predicted: true,
  },
  /** reconnects for one recovery, in the worst storm */
  amplification: {
    unit: 'ratio',
    label: 'amplification',
    read: ({ storms }) => greatest(known(storms.map((storm) => storm.attemptsPerRecovery))),
    compared: true,
    predicted: true,
  },
  /** not ready after having been ready */
  downtimeClientSeconds: {
    unit: 'client-seconds',
    label: 'downtime',
    read: onceReady((measurements) => downtimeMs(measurements) / 1000),
    compared: true,
  },
  /** clients that were not ready when the run ended, and had not been for a second or longer */
  lockedOut: { unit: 'count', label: 'locked out', read: onceTried(lockedOut), compared: true },
  /** token requests in the fullest second */
  peakRefreshesPerSecond: {
    unit: 'per-second',
    label: 'peak refreshes',
    read: onceTried(({ curves }) => curves.peakPerSecond('refreshes').perSecond),
    compared: true,
    predicted: true,
  },
  /** attempts that the gateway finished after the client had given up */
  wasted: { unit: 'count', label: 'wasted attempts', read: onceTried(({ reported }) => reported.wasted) },
  /** commands without effect */
  lost: { unit: 'count', label: 'lost commands', read: onceSent(({ ledger }) => ledger.lost), compared: true },
  /** effects of commands beyond the first */
  duplicated: {
    unit: 'count',
    label: 'duplicated',
    read: onceSent(({ ledger }) => ledger.duplicated),
    compared: true,
  },
  /** spent ready on a token past its expiry */
  exposureClientSeconds: {
    unit: 'client-seconds',
    label: 'exposure',
    read: onceReady(({ counts }) => counts.exposureMs / 1000),
    compared: true,
  },
  p99HandshakeMs: {
    unit: 'ms',
    label: 'p99 handshake',
    read: ({ measurements }) => p99Of(measurements.timings.handshake),
  },
  p99RecoveryMs: {
    unit: 'ms',
    label: 'p99 recovery',
    read: ({ measurements }) => p99Of(measurements.timings.recovery),
  },
} as const satisfies Readonly<Record<string, FigureSpec>>;

export type FigureName = keyof typeof BY_NAME;

/** The figures by which settings are compared. Of each of them less is better. */
export type ComparedName = {
  [Name in FigureName]: (typeof BY_NAME)[Name] extends { readonly compared: true } ? Name : never;
}[FigureName];

export const FIGURES: Readonly<Record<FigureName, FigureSpec>> = BY_NAME;

export const FIGURE_NAMES = namesOf(BY_NAME);

export const COMPARED = FIGURE_NAMES.filter((name): name is ComparedName => FIGURES[name].compared === true);

/** The figures of one run, in the units of `FIGURES`. */
export type Figures = Readonly<Record<FigureName, number | null>>;

/** @param storms as `analyse` finds them in the same measurements */
export function figuresOf(measurements: Measurements, storms: readonly Storm[]): Figures {
  return byName(FIGURE_NAMES, (name) => orNull(FIGURES[name].read({ measurements, storms })));
}

/** What was not recorded is no figure. */
function orNull(value: number | null): number | null {
  return Number.isNaN(value) ? null : value;
}

type Read = (measurements: Measurements) => number | null;

function onceTried(read: Read): FigureSpec['read'] {
  return ({ measurements }) => (measurements.curves.total('attempts') > 0 ? read(measurements) : null);
}

function onceReady(read: Read): FigureSpec['read'] {
  return ({ measurements }) => (measurements.curves.total('ready') > 0 ? read(measurements) : null);
}

function onceSent(read: Read): FigureSpec['read'] {
  return ({ measurements }) => (measurements.ledger.sent > 0 ? read(measurements) : null);
}

/** Of all that was tried, at most; null also where it reaches into what failed or may never have ended. */
function p99Of(timing: Timing): number | null {
  const rank = timing.rank(0.99);
  return rank === null || rank.mostMs === Infinity ? null : rank.mostMs;
}

/** @param longestMs the longest recovery that was timed: curves tell to 100 ms */
function slowest(storms: readonly Storm[], longestMs: number): number | null {
  const times = storms.filter(({ lost }) => lost > 0).map(({ own }) => own.t95Ms ?? Infinity);
  const longest = greatest(times);
  return longest === null || longest === Infinity ? null : Math.min(longest, longestMs);
}

function known(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value) => value !== null);
}

function greatest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}
