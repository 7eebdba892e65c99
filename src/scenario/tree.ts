import type { Path } from '../core/codec/reject.ts';
import type { Place } from './problem.ts';

/** A scenario with the place of every key and value. Aliases are expanded. */
export interface Tree {
  readonly place: Place;
  value: Scalar | Tree[] | Mapping;
  /** whether the file has the text of a string unchanged from `place` on, so that its characters have columns */
  readonly verbatim?: boolean;
}

export type Scalar = string | number | boolean | null;

export type Mapping = Map<string, Entry>;

export interface Entry {
  readonly keyPlace: Place;
  readonly node: Tree;
}

/** Names that reach an object's prototype; no key of a scenario may have them. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** The bare values, for validation. */
export function plainOf({ value }: Tree): unknown {
  if (Array.isArray(value)) return value.map(plainOf);
  if (!(value instanceof Map)) return value;
  return Object.fromEntries(Array.from(value, ([key, { node }]) => [key, plainOf(node)]));
}

/** The node at a path; undefined without one. */
export function nodeAt(tree: Tree, path: Path): Tree | undefined {
  return path.reduce<Tree | undefined>((node, key) => node && entryOf(node, key)?.node, tree);
}

/** The place of a path: of a plain value, else of its key, else of the nearest mapping that exists. */
export function placeOf(tree: Tree, path: Path, part: 'key' | 'value'): Place {
  let node = tree;
  let place = tree.place;
  for (const [depth, key] of path.entries()) {
    const entry = entryOf(node, key);
    if (entry === undefined) return place;
    node = entry.node;
    const keyAsked = part === 'key' && depth === path.length - 1;
    place = keyAsked || !isScalar(node) || node.value === null ? entry.keyPlace : node.place;
  }
  return place;
}

/** The part of a path up to a shorthand that replaces a mapping: `thresholds.0`. */
export function asWritten(tree: Tree, path: Path): Path {
  const end = path.findIndex((_, depth) => {
    const node = nodeAt(tree, path.slice(0, depth));
    return node !== undefined && isScalar(node);
  });
  return end < 0 ? path : path.slice(0, end);
}

/** Removes the value at a path, so that the rest can be checked. */
export function removeAt(tree: Tree, path: Path): void {
  const key = path.at(-1);
  const parent = nodeAt(tree, path.slice(0, -1));
  if (parent?.value instanceof Map && key !== undefined) parent.value.delete(String(key));
}

function entryOf({ value }: Tree, key: string | number): Entry | undefined {
  if (value instanceof Map) return value.get(String(key));
  const item = Array.isArray(value) ? value[Number(key)] : undefined;
  return item && { keyPlace: item.place, node: item };
}

function isScalar({ value }: Tree): boolean {
  return !Array.isArray(value) && !(value instanceof Map);
}
