import type { Fault } from '../../core/fault/fault.ts';
import { MAX_OCCURRENCES, occurrenceCount } from '../../core/fault/occurrence.ts';
import { specOf } from '../../core/fault/specs.ts';
import type { WrittenScenario } from '../scenario.ts';
import { when, type Contradiction } from './check.ts';

/** Faults that could hit no client in this scenario, or would disturb one another. */
export function checkFaults(scenario: WrittenScenario): readonly Contradiction[] {
  const { faults, durationMs } = scenario;
  const occurrences = faults.reduce((sum, fault) => sum + occurrenceCount(fault, durationMs), 0);
  return [
    ...faults.flatMap((fault, index) => checkFault(fault, `faults.${index}`, scenario)),
    ...when({
      holds: occurrences > MAX_OCCURRENCES,
      at: 'faults',
      against: 'duration',
      what: `${occurrences} occurrences; at most ${MAX_OCCURRENCES} are allowed`,
      fix: 'let them happen less often, or give them `times`',
    }),
  ];
}

function checkFault(fault: Fault, at: string, scenario: WrittenScenario): readonly Contradiction[] {
  const { kind, repeat, forMs, spreadMs, share, cohort } = fault;
  const spec = specOf(kind);
  return when(
    {
      holds: repeat !== null && repeat.times > 1 && repeat.everyMs < forMs + spreadMs,
      at: `${at}.every`,
      what: 'it would begin again before it is over',
      fix: 'make it longer than for and spread together',
    },
    {
      holds: spec.among(fault) === null && (share < 1 || cohort !== null || spreadMs > 0),
      at: `${at}.${kind}`,
      what: 'there is one of it for all clients, so it cannot hit some of them, or one after the other',
      fix: 'leave out share, cohort and spread',
    },
    {
      holds: spec.executor(fault)[scenario.target.kind] === null,
      at: `${at}.${kind}`,
      against: `target.${scenario.target.kind}`,
      what: `only the embedded target can carry out this ${kind} fault; a foreign one would not know of it`,
      fix: 'remove the fault, or test target.embedded',
    },
    ...(spec.checks?.(fault, scenario, at) ?? []),
  );
}
