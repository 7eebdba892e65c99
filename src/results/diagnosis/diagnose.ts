import type { Scenario } from '../../scenario/scenario.ts';
import type { Cause, Clue, Rule } from './cause.ts';
import { answerToToken, closedAfterToken, noAnswer, unpresented } from './authentication-rules.ts';
import { certificate, nobodyThere, wrongScheme } from './network-rules.ts';
import { ackElsewhere, numericIds, serverPing, unansweredPing } from './message-rules.ts';
import { anotherProtocol, binary, ledElsewhere, mqttVersion, protocolClose } from './protocol-rules.ts';
import { serverGone } from './gone-rules.ts';
import { ticketService } from './ticket-rules.ts';
import { noTokenEndpoint, oauthError, tokenElsewhere } from './token-rules.ts';
import { badToken, forbidden, noUpgrade, subprotocol } from './upgrade-rules.ts';

/** All rules; of one clue the first that applies wins. */
const RULES: readonly Rule[] = [
  wrongScheme,
  ledElsewhere,
  certificate,
  nobodyThere,
  ticketService,
  serverGone,
  noTokenEndpoint,
  oauthError,
  tokenElsewhere,
  subprotocol,
  protocolClose,
  anotherProtocol,
  mqttVersion,
  binary,
  serverPing,
  unansweredPing,
  numericIds,
  ackElsewhere,
  unpresented,
  noAnswer,
  answerToToken,
  forbidden,
  badToken,
  closedAfterToken,
  noUpgrade,
];

/**
 * Probable causes of a first contact that failed, each once, in the order of the clues.
 *
 * @example diagnose([{ kind: 'end', what: 'HTTP 403', text: 'bad origin' }], scenario)[0].yaml // target:\n  headers: …
 */
export function diagnose(clues: readonly Clue[], scenario: Scenario): readonly Cause[] {
  const causes = clues.flatMap((clue) => {
    for (const rule of RULES) {
      const cause = rule(clue, scenario);
      if (cause !== null) return [cause];
    }
    return [];
  });
  const seen = new Set<string>();
  return causes.filter(({ cause }) => !seen.has(cause) && seen.add(cause));
}
