import { CHECKS } from './checks/index.ts';
import type { Contradiction } from './checks/check.ts';
import type { Finding, Path } from '../core/codec/reject.ts';
import { pathOf } from './dotted-path.ts';
import { printed } from './resolved-yaml.ts';
import { showValue } from '../core/text/show-value.ts';
import { scenarioCodec } from './schema/scenario-schema.ts';
import { type Place, showPath, showPlace } from './problem.ts';
import type { WrittenScenario } from './scenario.ts';
import { asWritten, nodeAt, placeOf, type Tree } from './tree.ts';

/**
 * Contradictions between values that are valid by themselves. `broken` are the paths of refused values, which defaults
 * replace; contradictions that involve them are not reported.
 */
export function findContradictions(scenario: WrittenScenario, tree: Tree, broken: readonly Path[]): Finding[] {
  const values = printed(scenario);
  return CHECKS.flatMap((check) => check(scenario))
    .filter(({ at, against }) => ![at, against].some((path) => path !== undefined && isBroken(path, broken)))
    .map((contradiction) => ({
      path: asWritten(tree, toPath(contradiction.at)),
      part: 'value',
      message: sentence(contradiction, tree, values),
    }));
}

/** `what (value; other.path is value, where) — fix` */
function sentence({ at, against, what, fix }: Contradiction, tree: Tree, values: unknown): string {
  const value = valueAt(values, toPath(at));
  const written = nodeAt(tree, asWritten(tree, toPath(at))) !== undefined;
  const facts = [`${showText(value)}${written || isNothing(value) ? '' : ', the default'}`];
  if (against !== undefined) {
    const path = toPath(against);
    const other = showText(valueAt(values, path));
    const fact = other.length > MAX_FACT_CHARS ? `see ${showPath(path)}` : `${showPath(path)} is ${other}`;
    facts.push(`${fact}, ${whereabouts(tree, path, placeOf(tree, toPath(at), 'value'))}`);
  }
  return `${what} (${facts.join('; ')}) — ${fix}`;
}

/** Longest value of another field that is shown; of a longer one only the path is. */
const MAX_FACT_CHARS = 40;

/** @param from the place that the message begins with; after one on the command line, the scenario's own file is not named */
function whereabouts(tree: Tree, path: Path, from: Place): string {
  if (nodeAt(tree, path) === undefined) return 'the default';
  const place = placeOf(tree, path, 'value');
  const home = 'set' in from ? tree.place : from;
  const sameFile = 'line' in place && 'file' in home && place.file === home.file;
  return sameFile ? `line ${place.line}` : showPlace(place);
}

/** Whether one path is the beginning of the other. */
function isBroken(dotted: string, broken: readonly Path[]): boolean {
  const path = `${dotted}.`;
  return broken.some((other) => {
    const otherPath = `${other.join('.')}.`;
    return path.startsWith(otherPath) || otherPath.startsWith(path);
  });
}

function toPath(dotted: string): Path {
  return pathOf(dotted, scenarioCodec);
}

function valueAt(values: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Object.entries(value).find(([k]) => k === key)?.[1] : undefined,
    values,
  );
}

/** Whether a value is empty, and so needs no explanation. */
function isNothing(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === '' || value === 'none';
}

/** The value as text; words and durations without quotes. */
function showText(value: unknown): string {
  if (value === undefined) return 'not set';
  return typeof value === 'string' && /^[\w.%/:-]+$/.test(value) ? value : showValue(value);
}
