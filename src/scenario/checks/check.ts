import type { Scenario } from '../scenario.ts';

/** Two fields that cannot both be meant; or one, where the other is a file or the lack of a section. */
export interface Contradiction {
  /** dotted, as `--set` takes it */
  readonly at: string;
  readonly against?: string;
  readonly what: string;
  readonly fix: string;
}

/** Finds what is wrong with a scenario whose every value is fine by itself. Pure. */
export type Check = (scenario: Scenario) => readonly Contradiction[];

/** The contradictions whose condition holds. */
export function when(...pairs: readonly (readonly [boolean, Contradiction])[]): Contradiction[] {
  return pairs.filter(([holds]) => holds).map(([, contradiction]) => contradiction);
}
