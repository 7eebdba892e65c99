import { resolve } from 'node:path';
import { MAX_EXTENDED } from './limits.ts';
import { isFileName, type Locate, pathFrom } from './named-files.ts';
import { mergedOver } from './override.ts';
import { type Problem, showPlace } from './problem.ts';
import type { Unreadable } from './read-file.ts';
import { scenarioCodec } from './schema/scenario-schema.ts';
import { A_SCENARIO, readYaml } from './read-yaml.ts';
import type { Tree } from './tree.ts';

/** Keys that are about one file only; a file that extends it does not inherit them. */
const ITS_OWN = ['name', 'description', 'expect'];

const RIGHT = 'name a scenario, with keys such as duration and clients';

export interface Extended {
  readonly tree: Tree;
  /** the scenario's own file, then the file that it extends, and so on, as places name them */
  readonly files: readonly string[];
}

interface Scenarios {
  readonly locate: Locate;
  readonly readScenario: (path: string) => string | Unreadable;
}

/**
 * Merges a scenario over the one that it `extends`, and so on. Every value keeps the place where it was written. The
 * validator refuses a value that is no file name.
 *
 * @param file the scenario's
 * @param scenarios gives the text of a scenario file
 * @returns undefined, with the reasons added to `problems`, when a file cannot be used
 */
export function extendTree(tree: Tree, file: string, scenarios: Scenarios, problems: Problem[]): Extended | undefined {
  const files = [file];
  const layers = [tree];
  for (let named = baseOf(tree); named !== undefined;) {
    const found = scenarios.locate(named.place, named.name);
    const path = typeof found === 'string' ? found : pathFrom(named.place, named.name);
    const read = typeof found === 'string' ? scenarios.readScenario : () => found;
    const base = readBase({ ...named, path }, files, read, problems);
    if (base === undefined) return undefined;
    files.push(path);
    layers.push(base);
    named = baseOf(base);
  }
  return { tree: layers.reduceRight((base, over) => mergedOver(base, over, scenarioCodec)), files };
}

interface Named {
  readonly name: string;
  readonly place: Tree['place'];
}

/** Removes the key `extends` from a scenario, if it names a file. */
function baseOf({ value }: Tree): Named | undefined {
  const node = value instanceof Map ? value.get('extends')?.node : undefined;
  if (!(value instanceof Map) || node === undefined || !isFileName(node.value)) return undefined;
  value.delete('extends');
  return { name: node.value, place: node.place };
}

/** @param files the chain of files that extend this one */
function readBase(
  { place, path }: Named & { readonly path: string },
  files: readonly string[],
  read: (path: string) => string | Unreadable,
  problems: Problem[],
): Tree | undefined {
  const complain = (message: string): undefined => {
    problems.push({ place, path: 'extends', message });
  };
  const shown = showPlace({ file: path });
  if (files.some((each) => resolve(each) === path)) {
    return complain(`goes round in a circle (${shown}) — extend a file that does not lead back here`);
  }
  if (files.length > MAX_EXTENDED) {
    return complain(`more than ${MAX_EXTENDED} files, each extending the next (${shown}) — write it with fewer`);
  }
  const text = read(path);
  if (typeof text !== 'string') return complain(`${text.what} (${shown}) — ${text.fix}`);
  const at = (line: number, column: number): Tree['place'] => ({ file: path, line, column });
  const base = readYaml(text, { at, empty: `nothing in it — ${RIGHT}`, belongs: A_SCENARIO }, problems);
  if (base === undefined) return undefined;
  if (!(base.value instanceof Map)) {
    // The text is not quoted: a mistaken path may lead to a file with a private key.
    problems.push({ place: base.place, path: '', message: `not a mapping — ${RIGHT}` });
    return undefined;
  }
  for (const key of ITS_OWN) base.value.delete(key);
  return base;
}
