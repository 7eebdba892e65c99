import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;
const schema: unknown = JSON.parse(readFileSync(join(root, 'fixtures/scenario.schema.json'), 'utf8'));

/** Dotted names of all keys that a scenario may have, list indices left out. */
function keysOf(node: unknown, path: string, into: Set<string>): Set<string> {
  if (typeof node !== 'object' || node === null) return into;
  for (const [name, value] of Object.entries(node)) {
    if (name === '$ref' && typeof value === 'string') keysOf(definition(value), path, into);
    if (name !== 'properties') keysOf(value, path, into);
    else
      for (const [key, below] of Object.entries(Object(value) as object)) {
        const at = path === '' ? key : `${path}.${key}`;
        into.add(at);
        keysOf(below, at, into);
      }
  }
  return into;
}

/** `#/definitions/__schema0`: what it refers to. */
function definition(reference: string): unknown {
  return reference
    .split('/')
    .slice(1)
    .reduce<unknown>((node, key) => Object.entries(Object(node) as object).find(([name]) => name === key)?.[1], schema);
}

const keys = keysOf(schema, '', new Set());
const SECTIONS = ['target', 'tokens', 'clients', 'generator', 'model', 'expect'];
const LITERAL = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g;
const NAMED = new RegExp(String.raw`(?<![\w./{-])(?:${SECTIONS.join('|')})(?:\.[a-zA-Z]+)+(?![\w(/])`, 'g');

/** The keys of a scenario that string literals of a source file name: messages, fixes, help. */
function namedIn(source: string): readonly string[] {
  const literals = source.match(LITERAL) ?? [];
  return literals
    .filter((literal) => !/^['"]\.{1,2}\//.test(literal))
    .flatMap((literal) => literal.replaceAll(/\$\{[^}]*\}/g, '').match(NAMED) ?? [])
    .filter((name) => !/\.(?:fp|ts|yaml)$/.test(name));
}

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
  (file) =>
    /\.tsx?$/.test(file) &&
    !/\.test(\.helper)?\.tsx?$/.test(file) &&
    !/^(testing|bench)\//.test(file) &&
    // Its paths lead through results, not through scenarios.
    file !== 'results/older-formats.ts',
);

describe('keys that messages name', () => {
  test('exist in the schema, each of them', () => {
    const named = sources.flatMap((file) => namedIn(readFileSync(join(root, 'src', file), 'utf8')));
    expect(new Set(named).size).toBeGreaterThan(20);
    expect([...new Set(named)].filter((key) => !keys.has(key))).toEqual([]);
  });

  test('would be found missing', () => {
    expect(namedIn("refuse('name a key of your own in tokens.key', `set ${at}.cap or tokens.refresh.lead`)")).toEqual([
      'tokens.key',
      'tokens.refresh.lead',
    ]);
    expect(keys.has('tokens.key')).toBe(false);
  });
});
