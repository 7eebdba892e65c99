import { oneLine } from '../core/text/one-line.ts';

/**
 * A copy of squall's own data in which every string and key is one line without control characters. Counts whose keys
 * become equal are added.
 *
 * @example cleaned({ reason: 'bye\n::error::no' }) // { reason: 'bye ::error::no' }
 */
export function cleaned<T>(data: T): T;
export function cleaned(data: unknown): unknown {
  if (typeof data === 'string') return oneLine(data);
  if (Array.isArray(data)) return data.map((each: unknown) => cleaned(each));
  if (typeof data !== 'object' || data === null) return data;
  const made = new Map<string, unknown>();
  for (const [key, value] of Object.entries(data)) {
    const [name, before] = [oneLine(key), made.get(oneLine(key))];
    made.set(name, typeof before === 'number' && typeof value === 'number' ? before + value : cleaned(value));
  }
  return Object.fromEntries(made);
}
