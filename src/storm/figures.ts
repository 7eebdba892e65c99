import { downtimeMs, lockedOut } from '../metrics/downtime.ts';
import type { Measurements } from '../metrics/measurements.ts';
import type { Timing } from '../metrics/timing.ts';
import type { Storm } from './storm.ts';

/** What a figure is measured in: events a second, milliseconds, a ratio, a count, or client-seconds. */
export type FigureUnit = 'per-second' | 'ms' | 'ratio' | 'count' | 'client-seconds';

interface FigureSpec {
  readonly unit: FigureUnit;
  /** for people, in a table's first column */
  readonly label: string;
}

/** The handful of numbers by which runs are compared, in the order in which tables have them. */
export const FIGURES = {
  /** attempts in the fullest second, first arrivals among them */
  peakAttemptsPerSecond: { unit: 'per-second', label: 'peak attempts' },
  /** storms and outages */
  storms: { unit: 'count', label: 'storms' },
  /** the greatest peak over the calm rate that a storm had */
  spikeFactor: { unit: 'ratio', label: 'spike factor' },
  /** from their own loss until 95 % of a storm's losses were made good, in the slowest storm that lost anybody */
  t95RecoveryMs: { unit: 'ms', label: 't95 recovery' },
  /** reconnects for one recovery, in the worst storm */
  amplification: { unit: 'ratio', label: 'amplification' },
  /** not ready after having been ready */
  downtimeClientSeconds: { unit: 'client-seconds', label: 'downtime' },
  /** clients that were not ready when the run ended, and had not been for a second or longer */
  lockedOut: { unit: 'count', label: 'locked out' },
  /** token requests in the fullest second */
  peakRefreshesPerSecond: { unit: 'per-second', label: 'peak refreshes' },
  /** attempts that the gateway finished after the client had given up */
  wasted: { unit: 'count', label: 'wasted attempts' },
  /** commands without effect */
  lost: { unit: 'count', label: 'lost commands' },
  /** effects of commands beyond the first */
  duplicated: { unit: 'count', label: 'duplicated' },
  /** spent ready on a token past its expiry */
  exposureClientSeconds: { unit: 'client-seconds', label: 'exposure' },
  p99HandshakeMs: { unit: 'ms', label: 'p99 handshake' },
  p99RecoveryMs: { unit: 'ms', label: 'p99 recovery' },
} as const satisfies Readonly<Record<string, FigureSpec>>;

export type FigureName = keyof typeof FIGURES;

export const FIGURE_NAMES = namesOf(FIGURES);

/**
 * The figures of one run, in the units of `FIGURES`. null: there are no data. So it is with the three figures of
 * storms when there was none, and with `spikeFactor` also without a calm rate. A `t95RecoveryMs` of a storm that never
 * got 95 % of its clients back, and a p99 that reaches into failures, are null too: no number, and worse than any.
 */
export type Figures = Readonly<Record<FigureName, number | null>>;

/** @param storms as `analyse` finds them in the same measurements */
export function figuresOf(measurements: Measurements, storms: readonly Storm[]): Figures {
  const { curves, timings, counts, ledger, wasted } = measurements;
  const tried = curves.total('attempts') > 0;
  const sent = ledger.sent > 0;
  return {
    peakAttemptsPerSecond: tried ? curves.peakPerSecond('attempts').perSecond : null,
    storms: curves.total('ready') > 0 ? storms.length : null,
    spikeFactor: greatest(known(storms.map((storm) => storm.spikeFactor))),
    t95RecoveryMs: slowest(storms, timings.recovery.maxMs ?? Infinity),
    amplification: greatest(known(storms.map((storm) => storm.attemptsPerRecovery))),
    downtimeClientSeconds: curves.total('ready') > 0 ? downtimeMs(measurements) / 1000 : null,
    lockedOut: tried ? lockedOut(measurements) : null,
    peakRefreshesPerSecond: tried ? curves.peakPerSecond('refreshes').perSecond : null,
    wasted: tried ? wasted : null,
    lost: sent ? ledger.lost : null,
    duplicated: sent ? ledger.duplicated : null,
    exposureClientSeconds: curves.total('ready') > 0 ? counts.exposureMs / 1000 : null,
    p99HandshakeMs: p99Of(timings.handshake),
    p99RecoveryMs: p99Of(timings.recovery),
  };
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

function namesOf<Name extends string>(registry: Readonly<Record<Name, FigureSpec>>): readonly Name[];
function namesOf(registry: Readonly<Record<string, FigureSpec>>): readonly string[] {
  return Object.keys(registry);
}
