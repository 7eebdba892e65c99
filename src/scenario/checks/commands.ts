import { type Contradiction, when } from './check.ts';
import { MAX_COMMANDS_OF_A_CLIENT, MAX_COMMANDS_UNDER_WAY } from '../limits.ts';
import type { CommandPlan, WrittenScenario } from '../scenario.ts';

/** Metrics that have data only if commands are sent. */
const OF_COMMANDS =
  /^\s*(due|sent|skipped|acknowledged|lost|duplicated|unexpected|unauthorized)\b|\(\s*(commands?|due|sent|resent|acknowledged|gave-up|skipped|duplicated|forbidden)\s*\)/;

/**
 * Without commands a limit on them has no data, and the run is inconclusive. Only a token in a message leaves a time on
 * an open connection before it is accepted.
 */
export function checkCommands({ clients, thresholds, tokens, durationMs }: WrittenScenario): readonly Contradiction[] {
  if (clients.commands !== null) {
    return [
      ...checkUnderWay(clients.count, clients.commands, durationMs),
      ...when({
        holds: clients.commands.beforeAuth && tokens.carrier.kind !== 'message',
        at: 'clients.commands.beforeAuth',
        against: 'tokens.carrier',
        what: 'with this carrier an open connection is authenticated already',
        fix: 'set tokens.carrier to message, or remove beforeAuth',
      }),
    ];
  }
  return thresholds.flatMap(({ expression }, index) =>
    when({
      holds: OF_COMMANDS.test(expression),
      at: `thresholds.${index}.expression`,
      against: 'clients.commands',
      what: 'it measures commands, and the clients send none',
      fix: 'add clients.commands, or remove the threshold',
    }),
  );
}

/**
 * Every command that is due is kept while it waits. Memory has to hold the commands of an acknowledgement's timeout or,
 * if commands wait for a connection, of the whole run.
 */
function checkUnderWay(clients: number, commands: CommandPlan, durationMs: number): readonly Contradiction[] {
  const { perSecond, ackTimeoutMs, onReconnect } = commands;
  const waits = onReconnect === 'resend';
  const underWay = (perSecond * (waits ? durationMs : Math.min(durationMs, ackTimeoutMs))) / 1000;
  const numbered = (perSecond * durationMs) / 1000;
  return when(
    {
      holds: underWay * clients > MAX_COMMANDS_UNDER_WAY,
      at: 'clients.commands.rate',
      against: waits ? 'duration' : 'clients.commands.ackTimeout',
      what: `${Math.ceil(underWay * clients)} commands could be under way at once; at most ${MAX_COMMANDS_UNDER_WAY} are allowed`,
      fix: waits ? 'send fewer, shorten the run, or set onReconnect to drop' : 'send fewer, or give up earlier',
    },
    {
      holds: numbered > MAX_COMMANDS_OF_A_CLIENT,
      at: 'clients.commands.rate',
      against: 'duration',
      what: `each client would send ${Math.ceil(numbered)} commands; at most ${MAX_COMMANDS_OF_A_CLIENT} are allowed`,
      fix: 'send fewer, or shorten the run',
    },
  );
}
