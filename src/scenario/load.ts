import { statSync } from 'node:fs';
import { findContradictions } from './contradictions.ts';
import { explain } from './explain.ts';
import type { Finding } from './explain.ts';
import { deepFreeze } from './freeze.ts';
import { resolveFiles } from './named-files.ts';
import { ScenarioError, showPath } from './problem.ts';
import type { Place, Problem } from './problem.ts';
import { readScenarioFile } from './read-file.ts';
import { readYaml } from './read-yaml.ts';
import type { Scenario } from './scenario.ts';
import { nameFromFile, scenarioSchema } from './schema/scenario-schema.ts';
import { salvage } from './salvage.ts';
import { applySet } from './set.ts';
import { checkThresholds } from './check-thresholds.ts';
import type { CheckThreshold } from './check-thresholds.ts';
import { plainOf, placeOf } from './tree.ts';
import type { Tree } from './tree.ts';

export interface ScenarioOptions {
  /** `path=value`, each overriding one field of the file; the value is YAML */
  readonly sets?: readonly string[];
  /** judges threshold expressions; without it they are taken as they are */
  readonly checkThreshold?: CheckThreshold;
}

/**
 * Reads a scenario file, and checks that the files which it names exist.
 *
 * @throws {ScenarioError} with everything that is wrong, each problem with its place
 */
export function loadScenario(file: string, options: ScenarioOptions = {}): Scenario {
  return parse(readScenarioFile(file), file, options, isFile);
}

/**
 * The same for a text at hand. `file` stands in the messages, names a scenario without a name, and is what relative paths in
 * the scenario are relative to; nothing on disk is looked at.
 *
 * @throws {ScenarioError}
 */
export function parseScenario(text: string, file: string, options: ScenarioOptions = {}): Scenario {
  return parse(text, file, options, () => true);
}

function parse(text: string, file: string, options: ScenarioOptions, exists: (path: string) => boolean): Scenario {
  const problems: Problem[] = [];
  const empty = 'nothing in it — write a scenario, or make one with `squall init`';
  const tree = readYaml(text, { at: (line, column) => ({ file, line, column }), empty }, problems);
  if (tree === undefined) throw new ScenarioError(problems);
  if (tree.value instanceof Map) {
    for (const argument of options.sets ?? []) applySet(tree, argument, problems);
  }
  const scenario = judge(tree, file, options, exists, problems);
  if (problems.length > 0 || scenario === undefined) throw new ScenarioError(problems.toSorted(byPlace));
  return deepFreeze(scenario);
}

/** Adds to `problems` all that is wrong with the tree. The scenario is good only if there was nothing. */
function judge(
  tree: Tree,
  file: string,
  { checkThreshold }: ScenarioOptions,
  exists: (path: string) => boolean,
  problems: Problem[],
): Scenario | undefined {
  const schema = scenarioSchema(nameFromFile(file));
  const complain = ({ path, part, message }: Finding): void => {
    problems.push({ place: placeOf(tree, path, part), path: showPath(path), message });
  };
  const data = plainOf(tree);
  const { data: scenario, error } = schema.safeParse(data);
  const findings = explain(error?.issues ?? [], data);
  findings.forEach(complain);

  const rest =
    error === undefined
      ? { scenario, broken: [] }
      : salvage(
          tree,
          findings.map(({ path }) => path),
          schema,
        );
  if (rest === undefined) return undefined;
  const files = resolveFiles(rest.scenario, tree, file, exists);
  [...findContradictions(rest.scenario, tree, rest.broken), ...files.findings].forEach(complain);
  if (checkThreshold !== undefined) problems.push(...checkThresholds(rest.scenario.thresholds, tree, checkThreshold));
  return files.scenario;
}

/** As written: the file from its top, then the command line. */
function byPlace({ place: a }: Problem, { place: b }: Problem): number {
  return orderOf(a) - orderOf(b);
}

function orderOf(place: Place): number {
  if ('set' in place) return Infinity;
  return (place.line ?? 0) * COLUMNS + (place.column ?? 0);
}

/** More columns than a file of 1 MiB can have, so that lines never overlap. */
const COLUMNS = 2 ** 21;

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
