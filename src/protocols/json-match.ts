import type { FrameMatch } from '../core/protocol/match.ts';

/** A dotted path as its keys. */
export type Keys = readonly string[];

/** A match with its paths split, since a frame is compared for each message. */
export type CompiledMatch = readonly { readonly keys: Keys; readonly value: string | number | boolean }[];

export function compileMatch(match: FrameMatch): CompiledMatch {
  return Object.entries(match).map(([path, value]) => ({ keys: path.split('.'), value }));
}

/** Whether each path of the match holds its value; a match without paths matches nothing. */
export function matches(message: object, match: CompiledMatch): boolean {
  for (const { keys, value } of match) {
    if (valueAt(message, keys) !== value) return false;
  }
  return match.length > 0;
}

/** The value at a path; undefined: there is none. */
export function valueAt(message: object, keys: Keys): unknown {
  let value: unknown = message;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
