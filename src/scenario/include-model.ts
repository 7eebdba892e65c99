import { isFileName, type Locate, pathFrom } from './named-files.ts';
import { type Problem, showPath, showPlace } from './problem.ts';
import type { Unreadable } from './read-file.ts';
import { A_MODEL, readYaml } from './read-yaml.ts';
import { type Mapping, nodeAt, type Tree } from './tree.ts';

interface Models {
  readonly locate: Locate;
  readonly readModel: (path: string) => string | Unreadable;
}

/**
 * Replaces the name of a model file by its content: `model: calibrated.yaml`, or `file` among the keys of `model`, each
 * of which overrides the file's. Every value keeps its place. The validator refuses a value that is no file name.
 *
 * @param models gives the text of a model file
 */
export function includeModel(tree: Tree, models: Models, problems: Problem[]): void {
  const node = tree.value instanceof Map ? tree.value.get('model')?.node : undefined;
  if (node === undefined) return;
  const overrides: Mapping = node.value instanceof Map ? new Map(node.value) : new Map();
  const named = node.value instanceof Map ? overrides.get('file')?.node : node;
  if (named === undefined || !isFileName(named.value)) return;
  overrides.delete('file');
  const path = pathFrom(named.place, named.value);
  const found = models.locate(named.place, named.value);
  const text = typeof found === 'string' ? models.readModel(found) : found;
  if (typeof text !== 'string') {
    const at = named === node ? 'model' : 'model.file';
    problems.push({
      place: named.place,
      path: at,
      message: `${text.what} (${showPlace({ file: path })}) — ${text.fix}`,
    });
  }
  const included = typeof text === 'string' ? readModel(text, path, problems) : [];
  node.value = new Map([...included, ...overrides]);
}

/** The value of `model` in a file; problems of the file around it are added to `problems`. */
function readModel(text: string, file: string, problems: Problem[]): Mapping {
  const tree = readYaml(
    text,
    { at: (line, column) => ({ file, line, column }), empty: `nothing in it — ${RIGHT}`, belongs: A_MODEL },
    problems,
  );
  if (tree === undefined) return new Map();
  problems.push(...flawsOf(tree));
  const keys = nodeAt(tree, ['model'])?.value;
  if (!(keys instanceof Map)) return new Map();
  keys.delete('file');
  return keys;
}

const RIGHT = 'write `model:`, and below it keys such as latency';

/** Values are not quoted: a mistaken path may lead to a file with a private key. */
function flawsOf({ place, value }: Tree): Problem[] {
  if (!(value instanceof Map)) return [{ place, path: '', message: `not a mapping — ${RIGHT}` }];
  const foreign = Array.from(value, ([key, { keyPlace }]) => ({
    place: keyPlace,
    path: showPath([key]),
    message: 'unknown key — a model file has `model` alone',
  })).filter(({ path }) => path !== 'model');
  const model = value.get('model');
  if (model === undefined) return [...foreign, { place, path: 'model', message: `missing — ${RIGHT}` }];
  const { node, keyPlace } = model;
  if (!(node.value instanceof Map)) {
    return [...foreign, { place: keyPlace, path: 'model', message: `not a mapping — ${RIGHT}` }];
  }
  const nested = node.value.get('file');
  if (nested === undefined) return foreign;
  const message = 'a file within a model file — write the keys out';
  return [...foreign, { place: nested.keyPlace, path: 'model.file', message }];
}
