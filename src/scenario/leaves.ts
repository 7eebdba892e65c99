/** The leaves of plain data by their dotted path, `clients.count`; an empty list or mapping is a leaf. */
export function leavesOf(data: unknown): ReadonlyMap<string, unknown> {
  return new Map(walk(data, []));
}

function walk(value: unknown, path: readonly string[]): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) return [[path.join('.'), value]];
  return Object.entries(value).flatMap(([key, inner]) => walk(inner, [...path, key]));
}
