import { SquallError } from '../core/squall-error.ts';
import type { Path } from '../core/codec/reject.ts';
import { printable, shortened } from '../core/text/show-value.ts';
import { MAX_PROBLEMS_SHOWN } from './limits.ts';

/** The place of a value: in a file (line and column from 1; none for the whole file), or on the command line. */
export type Place = { readonly file: string; readonly line?: number; readonly column?: number } | SetPlace;

/** `path=value` of a `--set`, or one value of another option, whose whole argument is `typed`. */
export interface SetPlace {
  readonly set: string;
  readonly typed?: { readonly option: '--vary' | '--find'; readonly argument: string };
}

export interface Problem {
  readonly place: Place;
  /** dotted; empty when the problem is not about one field */
  readonly path: string;
  /** what is wrong (value) — what would be right */
  readonly message: string;
}

/** All problems of a scenario, in the order of the file. The message has one line for each. */
export class ScenarioError extends SquallError {
  override readonly name = 'ScenarioError';
  readonly code = 'scenario-invalid';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problemLines(problems).join('\n'));
    this.problems = problems;
  }
}

/** `file:line:column: path: what is wrong (value) — what would be right`, one for each problem. */
function problemLines(problems: readonly Problem[]): string[] {
  const lines = problems
    .slice(0, MAX_PROBLEMS_SHOWN)
    .map(({ place, path, message }) => [showPlace(place), ...(path === '' ? [] : [path]), message].join(': '));
  const more = problems.length - MAX_PROBLEMS_SHOWN;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

export function showPlace(place: Place): string {
  if ('set' in place) {
    const { set, typed } = place;
    return typed === undefined ? `--set ${showTyped(set)}` : `${typed.option} ${shortened(showTyped(typed.argument))}`;
  }
  if (place.line === undefined) return printable(place.file);
  return `${printable(place.file)}:${place.line}:${place.column ?? 1}`;
}

/** A part of the command line that is safe to show and to store. */
export function showTyped(text: string): string {
  return printable(withoutSecrets(text));
}

/** Typed text without secrets: user info or query of a URL, and tokens. */
function withoutSecrets(text: string): string {
  return text
    .replaceAll(/:\/\/[^/@\s]*@/g, '://…@')
    .replaceAll(/(:\/\/[^?\s]*\?)\S*/g, '$1…')
    .replaceAll(/eyJ[\w-]+(?:\.[\w-]*)*/g, 'eyJ…');
}

/** Dotted, as `--set` takes it: `faults.0.at`. */
export function showPath(path: Path): string {
  return path.map((key) => printable(String(key))).join('.');
}
