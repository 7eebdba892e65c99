import { findContradictions } from './contradictions.ts';
import { type Finding, Rejection } from '../core/codec/reject.ts';
import { type Extended, extendTree } from './extend.ts';
import { deepFreeze } from './freeze.ts';
import { includeModel } from './include-model.ts';
import { type Locate, resolveFiles } from './named-files.ts';
import { type Place, type Problem, ScenarioError, type SetPlace, showPath } from './problem.ts';
import { FileRules } from './file-rules.ts';
import { isFree, MODEL_FILE, readNamed, readText, SCENARIO_FILE, type Unreadable, whyUnusable } from './read-file.ts';
import { A_SCENARIO, readYaml } from './read-yaml.ts';
import type { Scenario } from './scenario.ts';
import { nameFromFile, scenarioCodec } from './schema/scenario-schema.ts';
import { partialScenario } from './partial-scenario.ts';
import { applySet } from './set.ts';
import { parseThresholds } from './parse-thresholds.ts';
import type { ParseExpression } from './threshold-expression.ts';
import { placeOf, plainOf, type Tree } from './tree.ts';

export interface ScenarioOptions {
  /** `path=value`, each overriding one field of the file; the value is YAML */
  readonly sets?: readonly string[];
  /** one choice of each `--vary`, applied after the sets */
  readonly varied?: readonly SetPlace[];
  /** files, and folders with all below them, that the scenario may name beside those of its folder and the working directory */
  readonly allowFiles?: readonly string[];
}

/** Access to the files that a scenario names. */
interface Disk {
  readonly locate: Locate;
  readonly readScenario: (path: string) => string | Unreadable;
  readonly readModel: (path: string) => string | Unreadable;
  readonly whyUnusable: (path: string) => string | null;
  readonly isFree: (path: string) => boolean;
}

function diskFor(file: string, allowFiles: readonly string[] = []): Disk {
  const rules = new FileRules(file, allowFiles);
  return {
    locate: (place, name) => rules.locate(place, name),
    readScenario: (path) => readNamed(path, SCENARIO_FILE),
    readModel: (path) => readNamed(path, MODEL_FILE),
    whyUnusable,
    isFree,
  };
}

/** Parts that reading a scenario needs. */
export interface ScenarioSource extends ScenarioOptions {
  readonly parseExpression: ParseExpression;
}

/** `loadScenario` with a given parser of threshold expressions. */
export function readScenarioFile(file: string, source: ScenarioSource): Scenario {
  const text = readText(file, SCENARIO_FILE);
  if (typeof text === 'string') return parse(text, file, source, diskFor(file, source.allowFiles));
  throw new ScenarioError([{ place: { file }, path: '', message: `${text.what} — ${text.fix}` }]);
}

/** `parseScenario` with a given parser of threshold expressions. */
export function readScenarioText(text: string, file: string, source: ScenarioSource): Scenario {
  return parse(text, file, source, null);
}

function parse(text: string, file: string, source: ScenarioSource, disk: Disk | null): Scenario {
  const problems: Problem[] = [];
  const empty = 'nothing in it — write a scenario, or make one with `squall init`';
  const at = (line: number, column: number): Place => ({ file, line, column });
  // A given text may be quoted; a mistaken path may lead to a secret.
  const own = readYaml(text, { at, empty, ...(disk === null ? {} : { belongs: A_SCENARIO }) }, problems);
  const extended = own && extend(own, file, disk, problems);
  if (extended === undefined) throw new ScenarioError(problems);
  const { tree, files } = extended;
  if (tree.value instanceof Map) {
    const { sets = [], varied = [] } = source;
    const places = [...sets.map((set) => ({ set })), ...varied];
    for (const place of places) applySet(tree, place, problems);
    if (changesThresholds(places)) tree.value.delete('expect');
  }
  if (disk !== null) includeModel(tree, disk, problems);
  const scenario = validate(tree, file, source, disk, problems);
  if (problems.length > 0 || scenario === undefined) {
    throw new ScenarioError(problems.toSorted((a, b) => orderOf(a.place, files) - orderOf(b.place, files)));
  }
  return deepFreeze(scenario);
}

/** Adds everything wrong with the tree to `problems`. The scenario is valid only if nothing was added. */
function validate(
  tree: Tree,
  file: string,
  { parseExpression }: ScenarioSource,
  disk: Disk | null,
  problems: Problem[],
): Scenario | undefined {
  const complain = ({ path, part, message }: Finding): void => {
    problems.push({ place: placeOf(tree, path, part), path: showPath(path), message });
  };
  const scenario = scenarioCodec.read(plainOf(tree));
  if (scenario instanceof Rejection) scenario.findings.forEach(complain);

  const rest = scenario instanceof Rejection ? partialScenario(tree, scenario.findings) : { scenario, broken: [] };
  if (rest === undefined) return undefined;
  const files = resolveFiles(rest.scenario, tree, disk);
  [...findContradictions(rest.scenario, tree, rest.broken), ...files.findings].forEach(complain);
  const thresholds = parseThresholds(rest.scenario.thresholds, tree, parseExpression, problems);
  return { ...files.scenario, thresholds, name: files.scenario.name ?? nameFromFile(file) };
}

/** Whether only the thresholds were changed, so that the file's expectation does not apply. */
function changesThresholds(places: readonly SetPlace[]): boolean {
  const begin = (pattern: RegExp): boolean => places.some(({ set }) => pattern.test(set));
  return begin(/^thresholds[.=]/) && !begin(/^expect[.=]/);
}

function extend(tree: Tree, file: string, disk: Disk | null, problems: Problem[]): Extended | undefined {
  return disk === null ? { tree, files: [file] } : extendTree(tree, file, disk, problems);
}

/** The rank of a place: the scenario file, the files that it extends, the model file, the command line. */
function orderOf(place: Place, files: readonly string[]): number {
  if ('set' in place) return Number.MAX_SAFE_INTEGER;
  const known = files.indexOf(place.file);
  const nth = known === -1 ? files.length : known;
  return nth * LINES * COLUMNS + (place.line ?? 0) * COLUMNS + (place.column ?? 0);
}

/** More lines and columns than a file of 1 MiB can have, so that ranks do not collide. */
const LINES = 2 ** 21;
const COLUMNS = 2 ** 21;
