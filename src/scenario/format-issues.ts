import type { z } from 'zod';
import { nearest } from '../core/text/nearest.ts';
import { showPath } from './problem.ts';
import type { Path } from './problem.ts';
import { reject } from '../core/codec/reject.ts';

/** One thing wrong with the data, before anybody knows where it was written. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  /** is it about the key itself (unknown), or about its value? */
  readonly part: 'key' | 'value';
}

type Issue = z.core.$ZodIssue;
type UnionIssue = z.core.$ZodIssueInvalidUnion;
type UnknownKeys = z.core.$ZodIssueUnrecognizedKeys;

/** Turns zod's issues into sentences. `data` is what was validated, `base` leads to it. */
export function formatIssues(issues: readonly Issue[], data: unknown, base: Path = []): Finding[] {
  const meant = new Set<string>();
  const findings = issues.flatMap((issue) => explainOne(issue, data, base, meant));
  // `cuont: 5` is one mistake: an unknown key, and not a missing `count` as well.
  return findings.filter(
    ({ path }) => !(meant.has(showPath(path)) && valueAt(data, path.slice(base.length)) === undefined),
  );
}

function explainOne(issue: Issue, data: unknown, base: Path, meant: Set<string>): Finding[] {
  const path = [...base, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  if (issue.code === 'unrecognized_keys') return explainKeys(issue, path, meant);
  if (issue.code === 'invalid_union') {
    const value = valueAt(data, issue.path);
    return kindsOf(issue).length > 1 ? explainKinds(issue, value, path) : explainUnion(issue, value, path);
  }
  const message = issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message;
  return [{ path, part: issue.code === 'invalid_key' ? 'key' : 'value', message: message ?? issue.message }];
}

/** A section puts the keys that it knows into its issue's message, one a line. */
function knownKeys(issue: UnknownKeys): string[] {
  return issue.message.split('\n');
}

function explainKeys(issue: UnknownKeys, path: Path, meant: Set<string>): Finding[] {
  return issue.keys.map((key) => {
    const known = nearest(key, knownKeys(issue));
    if (known !== undefined) meant.add(showPath([...path, known]));
    const right =
      known === undefined ? `the keys here are ${knownKeys(issue).join(', ')}` : `did you mean \`${known}\`?`;
    return { path: [...path, key], part: 'key', message: `unknown key — ${right}` };
  });
}

/** Of several shapes that a value may have, only the one that its writer had in mind is worth talking about. */
function explainUnion(issue: UnionIssue, value: unknown, path: Path): Finding[] {
  const fitting = typeof value === 'object' ? issue.errors.filter((errors) => !errors.some(isWrongKind)) : [];
  // A plain value, or one that no shape takes, is equally strange to all: the first speaks, for every union begins with its plain value.
  const speaking = fitting.length === 0 ? issue.errors : fitting;
  const [chosen = [], ...others] = speaking.toSorted((a, b) => strangeness(a, value) - strangeness(b, value));
  return explainShape(chosen, others, value, path);
}

/** `kinds` puts the keys that tell them apart into its issue's message, one a line; other unions have no message of their own. */
function kindsOf(issue: UnionIssue): string[] {
  return issue.message.split('\n');
}

/** Of several kinds, the value is of the one whose key it has first, or nearly has. */
function explainKinds(issue: UnionIssue, value: unknown, path: Path): Finding[] {
  const kinds = kindsOf(issue);
  const right = `one of the keys ${kinds.join(', ')}`;
  if (!isMapping(value)) {
    const { message } = reject('not a mapping', value, `write a mapping with ${right}`);
    return [{ path, part: 'value', message }];
  }
  const strays = Object.keys(value).filter((key) => issue.errors.every((errors) => isUnknownTo(errors, key)));
  const own = Object.keys(value).find((key) => kinds.includes(key));
  const meant = own ?? strays.map((key) => nearest(key, kinds)).find((kind) => kind !== undefined);
  if (meant !== undefined) {
    const chosen = kinds.indexOf(meant);
    return explainShape(issue.errors[chosen] ?? [], issue.errors.toSpliced(chosen, 1), value, path);
  }
  if (strays.length === 0) return [{ path, part: 'value', message: `of no kind — add ${right}` }];
  return strays.map((key) => ({ path: [...path, key], part: 'key', message: `unknown key — write ${right}` }));
}

/** @param others what the shapes that were not meant said */
function explainShape(chosen: readonly Issue[], others: readonly Issue[][], value: unknown, path: Path): Finding[] {
  const foreign = chosen.flatMap((error) => explainForeignKeys(error, others, path));
  const spokenFor = new Set(foreign.map((finding) => showPath(finding.path)));
  const rest = formatIssues(chosen, value, path).filter((finding) => !spokenFor.has(showPath(finding.path)));
  return [...foreign, ...rest];
}

/** Keys that belong to another shape than the one chosen: `embedded` and `url`, or `for` beside `drop`. */
function explainForeignKeys(issue: Issue, others: readonly Issue[][], path: Path): Finding[] {
  if (!isUnknownKeys(issue)) return [];
  return issue.keys.flatMap((key): Finding[] => {
    const owner = others.flat().find((error) => isUnknownKeys(error) && knownKeys(error).includes(key));
    if (owner === undefined || !isUnknownKeys(owner)) return [];
    const beside = owner.keys.map((rival) => `\`${rival}\``).join(', ');
    return [{ path: [...path, key], part: 'key', message: `does not go with ${beside} — keep one or the other` }];
  });
}

/** How many keys of a mapping a shape does not know, or misses; a typo of one that it misses is neither. */
function strangeness(errors: readonly Issue[], value: unknown): number {
  const missing = errors.filter(({ path }) => path.length === 1 && valueAt(value, path) === undefined);
  const wanted = missing.map(({ path }) => String(path[0]));
  const unknown = errors.flatMap((error) => (isUnknownKeys(error) ? error.keys : []));
  const typos = unknown.filter((key) => nearest(key, wanted) !== undefined);
  return unknown.length + wanted.length - 2 * typos.length;
}

function isUnknownTo(errors: readonly Issue[], key: string): boolean {
  return errors.some((error) => isUnknownKeys(error) && error.keys.includes(key));
}

function isUnknownKeys(issue: Issue): issue is UnknownKeys {
  return issue.code === 'unrecognized_keys' && issue.path.length === 0;
}

/** An issue about the value as a whole: it is not even of the kind that the shape describes. */
function isWrongKind(issue: Issue): boolean {
  return issue.path.length === 0 && !['unrecognized_keys', 'too_small', 'too_big'].includes(issue.code);
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isMapping(value) && Object.hasOwn(value, key) ? value[String(key)] : undefined;
  }, data);
}
