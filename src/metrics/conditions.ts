import type { Curves } from './curves.ts';
import { namesOf, type SeriesName } from '../core/metrics.ts';
import { happenedBetween } from './happened.ts';
import { population, type Recorded } from './samples.ts';
import { mostAtOnce } from './window.ts';

/** The curve of each condition (see core/client/conditions.ts). */
export const CONDITION_SERIES = {
  forbidden: 'conditionForbidden',
  expired: 'conditionExpired',
  refreshFailing: 'conditionRefreshFailing',
  loggedOut: 'conditionLoggedOut',
} as const satisfies Readonly<Record<string, SeriesName>>;

export type ConditionName = keyof typeof CONDITION_SERIES;

export const CONDITION_NAMES = namesOf(CONDITION_SERIES);

/**
 * Bounds of `mostClientsIn` if each client entered and left its condition at any instant between the intended and the actual
 * one. The curve of a condition holds both together, so those who may have left earlier or later are counted over all
 * conditions.
 */
export function mostClientsBetween(
  offered: Recorded,
  intended: Recorded,
  condition: ConditionName,
): { atLeast: number; atMost: number } {
  const series = [CONDITION_SERIES[condition]];
  const [last, first] = [population(offered, series), population(intended, series)];
  const left = happenedBetween(offered, intended, ['conditionsLeft']);
  let [atLeast, atMost] = [0, 0];
  for (let bin = 0; bin < last.length; bin++) {
    const unsure = left.atMost[bin]! - left.atLeast[bin]!;
    atLeast = Math.max(atLeast, last[bin]! - unsure);
    atMost = Math.max(atMost, first[bin]! + unsure);
  }
  return { atLeast, atMost };
}

/** The most clients in a condition at once, at the ends of bins. */
export function mostClientsIn(curves: Curves, condition: ConditionName): number {
  return mostAtOnce(curves.values(CONDITION_SERIES[condition]));
}
