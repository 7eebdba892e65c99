/**
 * A path with a parameter in its query, unless it has one of this name.
 *
 * @param value escaped for a URL
 */
export function withQuery(path: string, name: string, value: string): string {
  const mark = path.indexOf('?');
  if (mark === -1) return `${path}?${name}=${value}`;
  const has = new URLSearchParams(path.slice(mark + 1)).has(name);
  return has ? path : `${path}&${name}=${value}`;
}
