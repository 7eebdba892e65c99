import type { Fault } from '../../core/fault/fault.ts';
import { MAX_OCCURRENCES, occurrenceCount } from '../../core/fault/occurrence.ts';
import type { Scenario } from '../scenario.ts';
import { when, type Contradiction } from './check.ts';
import { checkGatewayFault } from './gateway-fault.ts';

/** Faults that could hit nobody as the rest of the scenario stands, or would get in one another's way. */
export function checkFaults(scenario: Scenario): readonly Contradiction[] {
  const { faults, durationMs } = scenario;
  const occurrences = faults.reduce((sum, fault) => sum + occurrenceCount(fault, durationMs), 0);
  return [
    ...faults.flatMap((fault, index) => checkFault(fault, `faults.${index}`, scenario)),
    ...faults.flatMap((fault, index) =>
      fault.kind === 'gateway' ? checkGatewayFault(fault, `faults.${index}`, scenario) : [],
    ),
    ...when([
      occurrences > MAX_OCCURRENCES,
      {
        at: 'faults',
        against: 'duration',
        what: `they come to ${occurrences} occurrences, and ${MAX_OCCURRENCES} are the most`,
        fix: 'let them happen less often, or give them `times`',
      },
    ]),
  ];
}

/** Does it act on what all clients share? */
function actsOnService(fault: Fault): boolean {
  return fault.kind === 'keys' || (fault.kind === 'clock' && fault.of !== 'clients');
}

function checkFault(fault: Fault, at: string, { clients, tokens }: Scenario): readonly Contradiction[] {
  const actsMs = fault.forMs + fault.spreadMs;
  return when(
    [
      fault.repeat !== null && fault.repeat.times > 1 && fault.repeat.everyMs < actsMs,
      {
        at: `${at}.every`,
        what: 'it would begin again before it is over',
        fix: 'make it longer than for and spread together',
      },
    ],
    [
      fault.kind === 'session' && fault.mode === 'logout' && clients.perUser === 1,
      {
        at: `${at}.session`,
        against: 'clients.perUser',
        what: 'nobody has a second device whose session could end',
        fix: 'set clients.perUser to 2 or more',
      },
    ],
    [
      fault.kind === 'keys' && tokens.algorithm === 'HS256',
      {
        at: `${at}.keys`,
        against: 'tokens.algorithm',
        what: 'a shared secret stands in no key set',
        fix: 'choose ES256, RS256 or EdDSA',
      },
    ],
    [
      fault.kind === 'keys' && fault.forMs > 0 && fault.mode.startsWith('rotate'),
      {
        at: `${at}.for`,
        against: `${at}.keys`,
        what: 'a rotation is not undone',
        fix: 'leave for out; unknown-key is undone at its end',
      },
    ],
    [
      actsOnService(fault) && (fault.share < 1 || fault.cohort !== null || fault.spreadMs > 0),
      {
        at: `${at}.${fault.kind}`,
        what: 'there is one of it for all clients, so it cannot hit some of them, or one after the other',
        fix: 'leave out share, cohort and spread',
      },
    ],
  );
}
