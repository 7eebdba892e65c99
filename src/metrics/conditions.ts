import type { Curves } from './curves.ts';
import { namesOf, type SeriesName } from '../core/metrics.ts';
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

/** The most clients in a condition at once, at the ends of bins. */
export function mostClientsIn(curves: Curves, condition: ConditionName): number {
  return mostAtOnce(curves.values(CONDITION_SERIES[condition]));
}
