import type { Entry, Mapping, Tree } from './tree.ts';

/** Places where a bare word stands for a mapping with that word under a key, by path; `*` is any list index. */
const SHORTHANDS: ReadonlyMap<string, string> = new Map([
  ['clients.backoff', 'preset'],
  ['tokens.refresh.retry', 'preset'],
  ['thresholds.*', 'expression'],
  ['model', 'file'],
]);

/** Mappings of which the first key says what they are: setting another kind replaces the one in the file. */
const CHOICES: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ['target', [['embedded'], ['url', 'allow', 'rate', 'messages']]],
  ['tokens.carrier', apart('query', 'cookie', 'subprotocol')],
  ['tokens.refresh.retry.jitter', apart('full', 'additive', 'proportional', 'backo2')],
  ['clients.backoff.jitter', apart('full', 'additive', 'proportional', 'backo2')],
  ['clients.clockSkew', apart('normal', 'uniform')],
  ['clients.arrive', apart('over', 'rate')],
  [
    'model.latency',
    [
      ['exponential', 'floor'],
      ['mean', 'sd'],
    ],
  ],
]);

function apart(...keys: readonly string[]): string[][] {
  return keys.map((key) => [key]);
}

/**
 * One tree over another, both of a scenario: mappings are merged key by key, anything else is replaced as a whole.
 * Neither is to be used afterwards.
 */
export function mergedOver(base: Tree, over: Tree, path: readonly string[] = []): Tree {
  if (!(over.value instanceof Map)) return over;
  const mapping = mappingIn(base, path);
  const own = over.value;
  for (const [key, { keyPlace, node }] of own) {
    const below = mapping.get(key);
    const merged = below === undefined ? node : mergedOver(below.node, node, [...path, key]);
    mapping.set(key, { keyPlace, node: merged });
    dropRivals(mapping, key, path, (_, rival) => !own.has(rival));
  }
  return { place: over.place, value: mapping };
}

/** The mapping that a node is, or becomes: a shorthand keeps its word, anything else makes room. */
export function mappingIn(node: Tree, path: readonly string[]): Mapping {
  if (node.value instanceof Map) return node.value;
  const mapping: Mapping = new Map();
  const wordKey = SHORTHANDS.get(patternOf(path));
  if (wordKey !== undefined && typeof node.value === 'string') {
    mapping.set(wordKey, { keyPlace: node.place, node: { place: node.place, value: node.value } });
  }
  node.value = mapping;
  return mapping;
}

/** Removes the rivals of a key that has just been put there, as far as they give way to it. */
export function dropRivals(
  mapping: Mapping,
  key: string,
  path: readonly string[],
  givesWay: (rival: Entry, key: string) => boolean,
): void {
  const groups = CHOICES.get(patternOf(path));
  if (groups?.some((group) => group.includes(key)) !== true) return;
  for (const rival of groups.filter((group) => !group.includes(key)).flat()) {
    const entry = mapping.get(rival);
    if (entry !== undefined && givesWay(entry, rival)) mapping.delete(rival);
  }
}

function patternOf(path: readonly string[]): string {
  return path.map((key) => (/^\d+$/.test(key) ? '*' : key)).join('.');
}
