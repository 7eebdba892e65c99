import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKOUT } from './checkout.ts';

const LIVE = join(CHECKOUT, 'src/live');
const HERE = '.';

/** Families of `live` as the map orders them: each may import those before it. */
const ORDER = (/^ {4}(\. <- .*)$/m.exec(readFileSync(join(CHECKOUT, 'src/README.md'), 'utf8'))?.[1] ?? '').split(
  ' <- ',
);

const FILES = readdirSync(LIVE, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /^(?!.*\.test\.).*\.ts$/.test(file),
);

function familyOf(file: string): string {
  const end = file.indexOf('/');
  return end === -1 ? HERE : file.slice(0, end);
}

/** Imports of a file, as paths below `live`, and only those that lead to another family of it. */
function importsOf(file: string): readonly string[] {
  const code = readFileSync(join(LIVE, file), 'utf8');
  return [...code.matchAll(/(?:from |import\()'(\.[^']+)'/g)]
    .map(([, goal]) => normalize(join(dirname(file), goal!)))
    .filter((goal) => !goal.startsWith('..') && familyOf(goal) !== familyOf(file));
}

/** Imports that go against an order, as "file -> file". */
function offences(order: readonly string[]): readonly string[] {
  return FILES.flatMap((file) =>
    importsOf(file)
      .filter((goal) => order.indexOf(familyOf(goal)) > order.indexOf(familyOf(file)))
      .map((goal) => `${file} -> ${goal}`),
  );
}

describe('the families of live', () => {
  it('are those of the map', () => {
    expect([...new Set(FILES.map(familyOf))].toSorted()).toEqual(ORDER.toSorted());
  });

  it('import only families that stand before them on the map', () => {
    expect(offences(ORDER)).toEqual([]);
  });

  it('are read from the code, so that the opposite order offends', () => {
    expect(offences(ORDER.toReversed())).toContain('run/run.ts -> worker/shards.ts');
  });
});
