import { describe, expect, it } from 'vitest';
import { LEAST, problemsOf } from '../testing/expected-problems.ts';

describe('invalid or oversized YAML', () => {
  it.each([
    ['nothing at all', '', '1:1: nothing in it — write a scenario, or make one with `squall init`'],
    ['comments alone', '# soon\n', '1:1: nothing in it — write a scenario, or make one with `squall init`'],
    [
      'an unclosed list',
      'faults: [1, 2',
      '1:14: not valid YAML — Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'a tab for a space',
      'a:\n\tb: 1\n\tc:\n\t\td: [1',
      '2:1: not valid YAML — a tab as indentation, which YAML does not know; write spaces, here and in the lines that follow',
    ],
    [
      'an unknown tag',
      'name: !!python/object x',
      '1:7: not valid YAML — Unresolved tag: tag:yaml.org,2002:python/object',
    ],
    [
      'two documents',
      `${LEAST}---\na: 1`,
      '3:1: a second YAML document — one file holds one scenario; remove it from the `---` on',
    ],
    ['an unknown alias', 'name: *who', '1:7: name: an alias without an anchor (*who) — write &who before it'],
    ['a key twice', `${LEAST}duration: 20s`, '3:1: duration: a second time (first at s.yaml:1:1) — keep one of them'],
    ['a key that is a mapping', '? { a: 1 }\n: 2', '1:3: not usable as a key — write a plain word'],
    ['a key into the prototype', '__proto__: 1', '1:1: not usable as a key (__proto__) — write a plain word'],
    [
      'a word',
      'hello',
      '1:1: not a mapping ("hello") — write one with keys extends, name, description, seed, duration, target, tokens, users, clients, faults, thresholds, generator, model, expect',
    ],
  ])('is reported: %s', (_, text, line) => {
    expect(problemsOf(text)[0]).toBe(`s.yaml:${line}`);
  });

  it('stops an alias bomb at a number of values, once', () => {
    const bomb = [
      'a: &a [1,1,1,1,1,1,1,1]',
      ...'bcdefgh'.split('').map((k, i) => `${k}: &${k} [${`*${'abcdefg'[i]},`.repeat(8)}]`),
    ];
    expect(problemsOf(bomb.join('\n')).filter((line) => line.includes('more than 20000 values'))).toHaveLength(1);
  });

  it('stops at a depth, for aliases into themselves too', () => {
    const deep = `a: ${'['.repeat(30)}${']'.repeat(30)}`;
    expect(problemsOf(deep)[0]).toContain('nested more than 20 levels deep');
    expect(problemsOf('a: &a { b: *a }')[0]).toMatch(/nested more than 20 levels deep|alias without an anchor/);
  });

  it.each(['[', '- ', '? ', '{a: ', '[{a: '])(
    'stops at a depth before %j times 100,000 can exhaust the stack',
    (opening) => {
      expect(problemsOf(opening.repeat(100_000))).toEqual([expect.stringContaining('nested more than 20 levels deep')]);
    },
  );

  it.each(['!!a ', '&a ', '"', '| ', ': ', '}', '--- ', '...\n', 'a: b\n', '*a '])(
    'survives %j times 10,000',
    (piece) => {
      expect(problemsOf(piece.repeat(10_000))).not.toEqual([]);
    },
  );

  it('reports problems of an aliased value at the alias', () => {
    const text = 'duration: &d 30s\nclients: { count: 5, arrive: { over: *d } }\n';
    expect(problemsOf(text)[0]).toContain('s.yaml:2:38: clients.arrive.over: the run would end');
  });
});
