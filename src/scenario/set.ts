import type { AnyCodec } from '../core/codec/codec.ts';
import { pathOf } from './dotted-path.ts';
import { codecAt, dropRivals, mappingIn } from './override.ts';
import { type Place, type Problem, type SetPlace, showPath } from './problem.ts';
import { readYaml } from './read-yaml.ts';
import { scenarioCodec } from './schema/scenario-schema.ts';
import { FORBIDDEN_KEYS, type Mapping, type Tree } from './tree.ts';

/** Applies one `path=value` to the tree, or adds the reason against it to `problems`. */
export function applySet(tree: Tree, place: SetPlace, problems: Problem[]): void {
  const { set: argument } = place;
  const equals = argument.indexOf('=');
  const keys = pathOf(argument.slice(0, Math.max(equals, 0)), scenarioCodec);
  const complain = (message: string, path = ''): void => {
    problems.push({ place, path, message });
  };
  if (equals < 0) return complain('no value — write path=value, such as clients.count=500');
  if (keys.includes('')) return complain('no path — write path=value, such as clients.count=500');
  const forbidden = keys.find((key) => FORBIDDEN_KEYS.has(key));
  if (forbidden !== undefined)
    return complain(`not a field of a scenario (${forbidden}) — write one such as clients.count`);
  const node = readYaml(
    argument.slice(equals + 1),
    { at: () => place, empty: 'no value — write path=value, such as clients.count=500' },
    problems,
  );
  if (node === undefined) return undefined;
  return put(tree, keys, node, complain);
}

type Complain = (message: string, path: string) => void;

/** Puts a node at a path, and makes mappings on the way where there are none. */
function put(tree: Tree, keys: readonly string[], node: Tree, complain: Complain): void {
  let parent = tree;
  let codec: AnyCodec | undefined = scenarioCodec;
  for (const [depth, key] of keys.entries()) {
    const child = depth === keys.length - 1 ? node : undefined;
    const next = Array.isArray(parent.value)
      ? putItem(parent.value, key, child, keys.slice(0, depth), complain)
      : putEntry(mappingIn(parent, codec), key, child, codec, node.place);
    if (next === undefined) return;
    parent = next;
    codec = codecAt(codec, key);
  }
}

function putItem(
  items: Tree[],
  key: string,
  child: Tree | undefined,
  path: readonly string[],
  complain: Complain,
): Tree | undefined {
  const index = /^\d+$/.test(key) ? Number(key) : items.length;
  const item = items[index];
  if (item === undefined) {
    const known = items.length === 0 ? 'the list is empty' : `the items are 0 to ${items.length - 1}`;
    complain(`no such item — ${known}`, showPath([...path, key]));
    return undefined;
  }
  items[index] = child ?? item;
  return items[index];
}

function putEntry(
  mapping: Mapping,
  key: string,
  child: Tree | undefined,
  codec: AnyCodec | undefined,
  place: Place,
): Tree {
  const existing = mapping.get(key);
  if (child === undefined && existing !== undefined) return existing.node;
  const node = child ?? { place, value: new Map() };
  mapping.set(key, { keyPlace: place, node });
  // Values of other `--set`s stay, so that the validator reports the contradiction.
  dropRivals(mapping, key, codec, ({ keyPlace }) => !('set' in keyPlace));
  return node;
}
