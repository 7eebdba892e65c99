import type { ContactClue } from '../../metrics/contact.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** Something that a target was seen to do, or not to do; a run does not know at which stage. */
export type Clue = Omit<ContactClue, 'stage'> & Partial<Pick<ContactClue, 'stage'>>;

/** Probable cause of a failed first contact, and what mends it. */
export interface Cause {
  /** one sentence: what the target wants or refuses */
  readonly cause: string;
  /** one sentence that begins with a verb */
  readonly fix: string;
  /** lines of the scenario file that mend it, with values to replace; null: no line does */
  readonly yaml: string | null;
}

/** Recognises one kind of failure in a clue; null: another kind, or none. */
export type Rule = (clue: Clue, scenario: Scenario) => Cause | null;

/** A cause whose mending lines stand below `target`. */
export function inTarget(cause: string, fix: string, ...lines: readonly string[]): Cause {
  return { cause, fix, yaml: under('target', lines) };
}

/** A cause whose mending lines stand below `tokens`. */
export function inTokens(cause: string, fix: string, ...lines: readonly string[]): Cause {
  return { cause, fix, yaml: under('tokens', lines) };
}

function under(section: string, lines: readonly string[]): string {
  return [`${section}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

/**
 * A cause in one line, with its mending line by path.
 *
 * @example causeText(cause) // 'the server checks Origin, and none is sent: send … — target.headers: { Origin: … }'
 */
export function causeText({ cause, fix, yaml }: Cause): string {
  const line = yaml === null ? '' : ` — ${yaml.replaceAll(/:\n\s+/g, '.').replaceAll('\n', '; ')}`;
  return `${cause}: ${fix}${line}`;
}
