import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHECKOUT } from './checkout.ts';

const MAP = readFileSync(join(CHECKOUT, 'src/README.md'), 'utf8');

/** Family of the files that lie in the room itself. */
const ROOM = '.';

/** Families of a room as the map orders them: each may import those before it. */
function orderOf(room: string): readonly string[] {
  const section = MAP.split('\n## ').find((each) => each.startsWith(`The families of \`${room}\``));
  return (/^ {4}(.* <- .*)$/m.exec(section ?? '')?.[1] ?? '').split(' <- ');
}

function filesOf(room: string): readonly string[] {
  const all = readdirSync(join(CHECKOUT, 'src', room), { recursive: true, encoding: 'utf8' });
  return all.filter((file) => /^(?!.*\.test\.).*\.tsx?$/.test(file));
}

function familyOf(file: string): string {
  const end = file.indexOf('/');
  return end === -1 ? ROOM : file.slice(0, end);
}

/** Imports of a file, as paths below the room, and only those that lead to another family of it. */
function importsOf(room: string, file: string): readonly string[] {
  const code = readFileSync(join(CHECKOUT, 'src', room, file), 'utf8');
  return [...code.matchAll(/(?:from |import\()'(\.[^']+)'/g)]
    .map(([, goal]) => normalize(join(dirname(file), goal!)))
    .filter((goal) => !goal.startsWith('..') && familyOf(goal) !== familyOf(file));
}

/** Imports that go against an order, as "file -> file". */
function offences(room: string, order: readonly string[]): readonly string[] {
  return filesOf(room).flatMap((file) =>
    importsOf(room, file)
      .filter((goal) => order.indexOf(familyOf(goal)) > order.indexOf(familyOf(file)))
      .map((goal) => `${file} -> ${goal}`),
  );
}

describe.each([
  ['live', 'run/run.ts -> worker/shards.ts'],
  ['cli', 'run.ts -> runs/run-job.ts'],
])('the families of %s', (room, known) => {
  it('are those of the map', () => {
    const families = new Set(filesOf(room).map(familyOf));
    expect([...families].toSorted()).toEqual(orderOf(room).toSorted());
  });

  it('import only families that stand before them on the map', () => {
    expect(offences(room, orderOf(room))).toEqual([]);
  });

  it('are read from the code, so that the opposite order offends', () => {
    expect(offences(room, orderOf(room).toReversed())).toContain(known);
  });
});
