import { RunRefused } from '../../live/refused.ts';
import { causeText } from '../../results/diagnosis/cause.ts';
import { diagnose } from '../../results/diagnosis/diagnose.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** Replaces the advice of a refused run by the likely cause of what the target answered, if there is one. */
export function withCause(refusal: RunRefused, scenario: Scenario): RunRefused {
  const [likely] = diagnose(refusal.seen, scenario);
  if (likely === undefined) return refusal;
  const { code, message, seen } = refusal;
  return new RunRefused(code, message, `likely cause: ${causeText(likely)}`, seen);
}
