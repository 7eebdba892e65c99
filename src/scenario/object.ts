import { z } from 'zod';
import { showValue } from './problem.ts';

export type Printed = Readonly<Record<string, unknown>>;

/**
 * A mapping with a fixed set of keys. Its message for unknown keys is the list of known ones, a line each, from which
 * `explain` finds what was meant: zod's own issue does not carry them.
 */
export function object<S extends z.core.$ZodLooseShape>(shape: S) {
  const keys = Object.keys(shape);
  const error: z.core.$ZodErrorMap = ({ code, input }) =>
    code === 'unrecognized_keys' ? keys.join('\n') : notA('mapping', input, `with keys ${keys.join(', ')}`);
  return z.strictObject(shape, { error }).check((payload) => {
    // zod lets a mapping with unknown keys go on as if it fitted, which in a union hides what the other shapes said.
    payload.issues.splice(0, payload.issues.length, ...payload.issues.map((issue) => ({ ...issue, continue: false })));
  });
}

/**
 * One of several sections, each known by a key that no other has. Its message is the list of those keys, a line each,
 * from which `explain` finds the one that was meant.
 */
export function taggedUnion<T extends z.ZodType>(sections: Readonly<Record<string, T>>) {
  return z.union(Object.values(sections), { error: () => Object.keys(sections).join('\n') });
}

/** A list of at most `max` items. */
export function list<T extends z.ZodType>(item: T, max: number) {
  return z
    .array(item, { error: (issue) => notA('list', issue.input, 'with a dash before each item') })
    .max(max, { error: () => `more than ${max} items — remove some` });
}

/** A mapping from keys of the user's own choosing to values of one kind. */
export function table<T extends z.ZodType>(key: z.core.$ZodRecordKey, value: T, example: string) {
  return z.record(key, value, { error: (issue) => notA('mapping', issue.input, `such as ${example}`) });
}

function notA(kind: string, input: unknown, right: string): string {
  if (input === undefined) return `missing — write a ${kind} ${right}`;
  if (input === null) return `empty — write a ${kind} ${right}, or remove the key`;
  return `not a ${kind} (${showValue(input)}) — write one ${right}`;
}
