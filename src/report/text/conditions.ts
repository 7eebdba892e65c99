import { CONDITION_NAMES, type ConditionName } from '../../metrics/conditions.ts';
import type { Summary } from '../../results/summary.ts';
import { figureText } from '../format.ts';

/** A label, and what stands beside it. */
export type Entry = readonly [label: string, parts: readonly string[]];

const CONDITIONS: Readonly<Record<ConditionName, string>> = {
  forbidden: 'not allowed',
  expired: 'with an expired token',
  refreshFailing: 'failing to refresh',
  loggedOut: 'to log in again',
};

/** What kept clients from their work, and what they were let do that they should not have been: what there was of it. */
export function conditionEntries({ conditions, targetReported }: Summary): readonly Entry[] {
  const { most, looping, silent } = conditions;
  const { unauthorized, sessions, loggedOutByReuse } = targetReported;
  const entries: Entry[] = [
    ['conditions', some(CONDITION_NAMES.map((name) => [most[name], `at once ${CONDITIONS[name]}`]))],
    [
      'loops',
      some([
        [looping.reconnect, 'clients reconnecting over and over'],
        [looping.refresh, 'refreshing over and over'],
      ]),
    ],
    ['silent', silent.connections === 0 ? [] : [silentText(silent)]],
    [
      'let through',
      some([
        [unauthorized?.beforeAuth, 'commands before authentication'],
        [unauthorized?.expired, 'commands on an expired token'],
        [unauthorized?.revoked, 'commands of a revoked session'],
        [unauthorized?.forbidden, 'forbidden commands'],
        [sessions?.anonymous, 'anonymous connections'],
        [sessions?.downgraded, 'downgraded connections'],
      ]),
    ],
    ['reuse', some([[loggedOutByReuse, 'clients logged out because a refresh token was used again']])],
  ];
  return entries.filter(([, parts]) => parts.length > 0);
}

function some(counts: readonly (readonly [number | null | undefined, string])[]): readonly string[] {
  return counts.filter(([n]) => n !== null && n !== undefined && n > 0).map(([n, what]) => `${n} ${what}`);
}

function silentText({ connections, clientSeconds }: Summary['conditions']['silent']): string {
  return `${connections} connection${connections === 1 ? '' : 's'}, for ${figureText(clientSeconds)} client-seconds`;
}
