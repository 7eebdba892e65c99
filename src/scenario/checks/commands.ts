import { when } from './check.ts';
import type { Contradiction } from './check.ts';
import type { Scenario } from '../scenario.ts';

/** Figures that only commands can move: what `src/threshold/` measures of them. */
const OF_COMMANDS =
  /^\s*(due|sent|skipped|acknowledged|lost|duplicated|unexpected|unauthorized)\b|\(\s*(commands?|due|sent|resent|acknowledged|gave-up|skipped|duplicated|forbidden)\s*\)/;

/**
 * A limit on commands that are never sent would have no data, and the verdict of the whole run be inconclusive. Only
 * where the token travels in a message is there a time before it is accepted on an open connection.
 */
export function checkCommands({ clients, thresholds, tokens }: Scenario): readonly Contradiction[] {
  if (clients.commands !== null) {
    return when([
      clients.commands.beforeAuth && tokens.carrier.kind !== 'message',
      {
        at: 'clients.commands.beforeAuth',
        against: 'tokens.carrier',
        what: 'with this carrier an open connection is authenticated already',
        fix: 'set tokens.carrier to message, or remove beforeAuth',
      },
    ]);
  }
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
