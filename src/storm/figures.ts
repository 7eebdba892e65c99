import { byName, namesOf } from '../core/metrics.ts';
import { downtimeMs, lockedOut } from '../metrics/downtime.ts';
import type { Measurements } from '../metrics/measurements.ts';
import type { Timing } from '../metrics/timing.ts';
import { viewsOf } from '../metrics/views.ts';
import { analyse, type StormScenario } from './analyse.ts';
import { mostRecoveryMs } from './recovery-bound.ts';
import type { Storm } from './storm.ts';

/** Units of figures; `client-ms` are shown as client-seconds. */
export type FigureUnit = 'per-second' | 'ms' | 'ratio' | 'count' | 'client-seconds' | 'client-ms';

/** The measurements of a run and its storms. */
interface Run {
  readonly measurements: Measurements;
  readonly storms: readonly Storm[];
}

interface FigureSpec {
  readonly unit: FigureUnit;
  /** its name in tables */
  readonly label: string;
  /** reads it; null: there are no data */
  readonly read: (run: Run) => number | null;
  /** runs are compared by it, and less is better */
  readonly compared?: true;
  /** predictions are checked against it */
  readonly predicted?: true;
}

/**
 * The main numbers of a run, in the order of tables. The three figures of storms are null without a storm, and
 * `spikeFactor` without a calm rate. `t95RecoveryMs` of a storm in which 95 % of the clients never came back, and a p99
 * that reaches into the failures, are null too, although worse than any number.
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
  /** largest ratio of a storm's peak to the calm rate */
  spikeFactor: {
    unit: 'ratio',
    label: 'spike factor',
    read: ({ storms }) => greatest(known(storms.map((storm) => storm.spikeFactor))),
    compared: true,
  },
  /**
   * time from its own loss in which 95 % of a storm's clients were ready again, in the slowest storm with losses; at most,
   * where the order of recoveries decides it
   */
  t95RecoveryMs: {
    unit: 'ms',
    label: 't95 recovery',
    read: ({ measurements: { timings }, storms }) => slowest(storms, timings.recovery),
    compared: true,
    predicted: true,
  },
  /** reconnects a recovery, in the worst storm */
  amplification: {
    unit: 'ratio',
    label: 'amplification',
    read: ({ storms }) => greatest(known(storms.map((storm) => storm.attemptsPerRecovery))),
    compared: true,
    predicted: true,
  },
  /** time not ready after having been ready */
  downtimeClientSeconds: {
    unit: 'client-seconds',
    label: 'downtime',
    read: onceReady((measurements) => downtimeMs(measurements) / 1000),
    compared: true,
  },
  /** clients that were not ready at the end of the run, for at least a second */
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
  /** time ready on a token past its expiry */
  exposureMs: {
    unit: 'client-ms',
    label: 'exposure',
    read: onceReady(({ counts }) => counts.exposureMs),
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

/** The figures by which settings are compared; less is better in all of them. */
export type ComparedName = {
  [Name in FigureName]: (typeof BY_NAME)[Name] extends { readonly compared: true } ? Name : never;
}[FigureName];

export const FIGURES: Readonly<Record<FigureName, FigureSpec>> = BY_NAME;

export const FIGURE_NAMES = namesOf(BY_NAME);

export const COMPARED = FIGURE_NAMES.filter((name): name is ComparedName => FIGURES[name].compared === true);

/** The figures of one run, in the units of `FIGURES`. */
export type Figures = Readonly<Record<FigureName, number | null>>;

/** @param storms result of `analyse` for the same measurements */
export function figuresOf(measurements: Measurements, storms: readonly Storm[]): Figures {
  return byName(FIGURE_NAMES, (name) => orNull(FIGURES[name].read({ measurements, storms })));
}

/** The figures of a run without squall's own lateness; null: nothing was late, or how late is not known. */
export function intendedFigures(measurements: Measurements, scenario: StormScenario): Figures | null {
  const { intended } = viewsOf(measurements);
  return intended === null ? null : figuresOf(intended, analyse(intended, scenario));
}

/** Converts NaN, which stands for not recorded, to null. */
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

/** The p99 of all attempts, at most; null also where it reaches into failures or possibly endless ones. */
function p99Of(timing: Timing): number | null {
  const rank = timing.rank(0.99);
  return rank === null || rank.mostMs === Infinity ? null : rank.mostMs;
}

function slowest(storms: readonly Storm[], recovery: Timing): number | null {
  const withLosses = storms.filter(({ lost }) => lost > 0);
  const longest = greatest(withLosses.map((storm) => mostRecoveryMs(storm, 't95Ms', recovery) ?? Infinity));
  return longest === Infinity ? null : longest;
}

function known(values: readonly (number | null)[]): readonly number[] {
  return values.filter((value) => value !== null);
}

function greatest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values);
}
