import type { ConditionalContradiction, Contradiction } from '../../core/fault/spec.ts';
import type { WrittenScenario } from '../scenario.ts';

export type { Contradiction };

/** Finds contradictions between values that are valid by themselves. Pure. */
export type Check = (scenario: WrittenScenario) => readonly Contradiction[];

/** The contradictions that hold. */
export function when(...conditions: readonly ConditionalContradiction[]): Contradiction[] {
  return conditions.filter(({ holds }) => holds);
}
