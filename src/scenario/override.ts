import type { AnyCodec } from '../core/codec/codec.ts';
import type { Entry, Mapping, Tree } from './tree.ts';

/**
 * Merges one tree over another: mappings key by key, anything else as a whole. Both trees fit the codec, and neither
 * may be used afterwards.
 */
export function mergedOver(base: Tree, over: Tree, codec: AnyCodec | undefined): Tree {
  if (!(over.value instanceof Map)) return over;
  const mapping = mappingIn(base, codec);
  const own = over.value;
  for (const [key, { keyPlace, node }] of own) {
    const below = mapping.get(key);
    const merged = below === undefined ? node : mergedOver(below.node, node, codecAt(codec, key));
    mapping.set(key, { keyPlace, node: merged });
    dropRivals(mapping, key, codec, (_, rival) => !own.has(rival));
  }
  return { place: over.place, value: mapping };
}

/** The codec for a key of a mapping or an index of a list; undefined where no value is valid. */
export function codecAt(codec: AnyCodec | undefined, key: string): AnyCodec | undefined {
  if (codec === undefined) return undefined;
  const { keys, item, options = [] } = codec.parts;
  if (keys !== undefined) return Object.hasOwn(keys, key) ? keys[key] : undefined;
  return item ?? options.map((option) => codecAt(option, key)).find((found) => found !== undefined);
}

/** The node as a mapping: a shorthand is kept under its key, any other value is replaced by an empty mapping. */
export function mappingIn(node: Tree, codec: AnyCodec | undefined): Mapping {
  if (node.value instanceof Map) return node.value;
  const mapping: Mapping = new Map();
  const wordKey = codec?.parts.options?.map(({ parts }) => parts.wordKey).find((key) => key !== undefined);
  if (wordKey !== undefined && typeof node.value === 'string') {
    mapping.set(wordKey, { keyPlace: node.place, node: { place: node.place, value: node.value } });
  }
  node.value = mapping;
  return mapping;
}

/**
 * Removes keys that exclude the one just set, as far as they yield to it. A key of several shapes, such as the `for` of
 * faults, selects none.
 */
export function dropRivals(
  mapping: Mapping,
  key: string,
  codec: AnyCodec | undefined,
  givesWay: (rival: Entry, key: string) => boolean,
): void {
  const shapes = (codec?.parts.options ?? []).map(({ parts }) => new Set(Object.keys(parts.keys ?? {})));
  const [meant, ...others] = shapes.filter((keys) => keys.has(key));
  if (meant === undefined || others.length > 0) return;
  for (const [rival, entry] of mapping) {
    const elsewhere = !meant.has(rival) && shapes.some((keys) => keys.has(rival));
    if (elsewhere && givesWay(entry, rival)) mapping.delete(rival);
  }
}
