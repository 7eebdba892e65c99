import type { ConditionalContradiction, Contradiction } from '../../core/fault/spec.ts';
import type { WrittenScenario } from '../scenario.ts';

export type { Contradiction };

/** Finds what is wrong with a scenario whose every value is fine by itself. Pure. */
export type Check = (scenario: WrittenScenario) => readonly Contradiction[];

/** The contradictions whose condition holds. */
export function when(...pairs: readonly ConditionalContradiction[]): Contradiction[] {
  return pairs.filter(([holds]) => holds).map(([, contradiction]) => contradiction);
}
