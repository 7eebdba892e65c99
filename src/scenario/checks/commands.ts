import { when } from './check.ts';
import type { Contradiction } from './check.ts';
import type { Scenario } from '../scenario.ts';

/** Figures that only commands can move: what `src/threshold/` measures of them. */
const OF_COMMANDS =
  /^\s*(sent|acknowledged|lost|duplicated|unexpected)\b|\(\s*(commands?|sent|resent|acknowledged|gave-up|skipped|duplicated)\s*\)/;

/** A limit on commands that are never sent would have no data, and the verdict of the whole run be inconclusive. */
export function checkCommands({ clients, thresholds }: Scenario): readonly Contradiction[] {
  if (clients.commands !== null) return [];
  return thresholds.flatMap(({ expression }, index) =>
    when([
      OF_COMMANDS.test(expression),
      {
        at: `thresholds.${index}.expression`,
        against: 'clients.commands',
        what: 'it measures commands, and the clients send none',
        fix: 'add clients.commands, or remove the threshold',
      },
    ]),
  );
}
