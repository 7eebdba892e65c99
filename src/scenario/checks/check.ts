import type { ConditionalContradiction, Contradiction } from '../../core/fault/spec.ts';
import type { WrittenScenario } from '../scenario.ts';

export type { Contradiction };

/** Finds what is wrong with a scenario whose every value is fine by itself. Pure. */
export type Check = (scenario: WrittenScenario) => readonly Contradiction[];

/** The contradictions that hold. */
export function when(...conditions: readonly ConditionalContradiction[]): Contradiction[] {
  return conditions.filter(({ holds }) => holds);
}
