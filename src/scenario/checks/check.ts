import type { ConditionalContradiction, Contradiction } from '../../core/fault/spec.ts';
import type { Scenario } from '../scenario.ts';

export type { Contradiction };

/** Finds what is wrong with a scenario whose every value is fine by itself. Pure. */
export type Check = (scenario: Scenario) => readonly Contradiction[];

/** The contradictions whose condition holds. */
export function when(...pairs: readonly ConditionalContradiction[]): Contradiction[] {
  return pairs.filter(([holds]) => holds).map(([, contradiction]) => contradiction);
}
