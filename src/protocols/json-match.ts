import { compilePattern, type Expected, type FrameMatch, MAX_MATCHED_CHARS } from '../core/protocol/match.ts';

/** A dotted path as its keys. */
export type Keys = readonly string[];

export function keysOf(path: string): Keys {
  return path.split('.');
}

/** A match with its paths split and its pattern compiled, since it is held against each message. */
export class CompiledMatch {
  readonly #pattern: RegExp | null;
  readonly #paths: readonly { readonly keys: Keys; readonly value: Expected }[];

  constructor({ pattern, paths }: FrameMatch) {
    this.#pattern = pattern === null ? null : compilePattern(pattern);
    this.#paths = Object.entries(paths).map(([path, value]) => ({ keys: keysOf(path), value }));
  }

  /** Whether it holds for a message; a match of nothing never does. */
  holds(text: string, value: object | null): boolean {
    if (this.#pattern !== null) return this.#pattern.test(text.slice(0, MAX_MATCHED_CHARS));
    if (value === null) return false;
    for (const each of this.#paths) {
      const found = valueAt(value, each.keys);
      if (typeof each.value === 'object' ? (found !== undefined) !== each.value.exists : found !== each.value)
        return false;
    }
    return this.#paths.length > 0;
  }

  /** The first group of the pattern in a text that it matches; undefined: it has no pattern, or no group. */
  group(text: string): string | undefined {
    return this.#pattern?.exec(text.slice(0, MAX_MATCHED_CHARS))?.[1];
  }

  /** Whether no message matches. */
  get isEmpty(): boolean {
    return this.#pattern === null && this.#paths.length === 0;
  }

  get isPattern(): boolean {
    return this.#pattern !== null;
  }
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
