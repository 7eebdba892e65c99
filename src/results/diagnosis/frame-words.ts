import type { JsonProtocol } from '../../core/protocol/json-keys.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** Keys by which JSON protocols usually tell their messages apart. */
const KINDS = ['type', 'event', 'op', 'action', 'kind', 'cmd', 'method', 'msg', 't', 'status', 'ok', 'success'];
/** Most levels of a message that are searched. */
const MAX_DEPTH = 4;

/** What may stand in a proposal: a message's words come from a remote. */
const WORD = /^[\w ./:-]{1,60}$/;

export type Fields = Readonly<Record<string, unknown>>;

/** The `json` protocol of a scenario; null: it has another one. */
export function jsonProtocolOf({ target }: Scenario): JsonProtocol | null {
  return target.kind === 'url' && target.protocol.kind === 'json' ? target.protocol : null;
}

/** A message as an object of JSON; null: it is none. */
export function fieldsOf(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** The field that tells what a message is; null: none of the usual ones does. */
export function kindOf(fields: Fields): readonly [name: string, value: string | boolean] | null {
  for (const name of KINDS) {
    const value = fields[name];
    if (typeof value === 'boolean' || (typeof value === 'string' && WORD.test(value))) return [name, value];
  }
  return null;
}

/**
 * A match for messages like one, in YAML's flow style.
 *
 * @example matchFor({ type: 'ok', user: 1 }) // '{ type: ok }'
 */
export function matchFor(fields: Fields): string {
  const kind = kindOf(fields);
  if (kind !== null) return `{ ${yamlText(kind[0])}: ${typeof kind[1] === 'string' ? yamlText(kind[1]) : kind[1]} }`;
  const name = Object.keys(fields).find((key) => WORD.test(key)) ?? 'NAME';
  return `{ ${yamlText(name)}: { exists: true } }`;
}

/** The value at a dotted path of a message. */
export function valueAt(fields: Fields, path: string): unknown {
  let value: unknown = fields;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  return value;
}

/** Dotted path of the first value of a message that fits; null: none does. */
export function pathOf(fields: Fields, fits: (value: unknown) => boolean, depth = 0): string | null {
  if (depth === MAX_DEPTH) return null;
  for (const [key, value] of Object.entries(fields)) {
    if (!WORD.test(key)) continue;
    if (fits(value)) return key;
    if (typeof value !== 'object' || value === null) continue;
    const within = pathOf({ ...value }, fits, depth + 1);
    if (within !== null) return `${key}.${within}`;
  }
  return null;
}

/**
 * A plain text of YAML, or a quoted one where it would mean something else.
 *
 * @example yamlText('{"a":1}') // '\'{"a":1}\''
 */
export function yamlText(text: string): string {
  const isPlain =
    /^[a-z_][\w.:-]*$/i.test(text) && !text.endsWith(':') && !/^(true|false|null|yes|no|on|off)$/i.test(text);
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`;
}
