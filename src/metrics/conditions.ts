import type { Curves } from './curves.ts';
import { namesOf, type SeriesName } from '../core/metrics.ts';
import { mostAtOnce } from './window.ts';

/** What can stand between a client and its work (see core/client/conditions.ts), with its curve. */
export const CONDITION_SERIES = {
  forbidden: 'conditionForbidden',
  expired: 'conditionExpired',
  refreshFailing: 'conditionRefreshFailing',
  loggedOut: 'conditionLoggedOut',
} as const satisfies Readonly<Record<string, SeriesName>>;

export type ConditionName = keyof typeof CONDITION_SERIES;

export const CONDITION_NAMES = namesOf(CONDITION_SERIES);

/** How many clients were in a condition at once, at most: as it was at the end of each bin. */
export function mostIn(curves: Curves, condition: ConditionName): number {
  return mostAtOnce(curves.values(CONDITION_SERIES[condition]));
}
