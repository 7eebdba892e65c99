import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CHECKOUT } from './checkout.ts';
import { SampleHouse } from './sample-house.ts';

const MEASURED = ['core', 'disk', 'scenario', 'metrics', 'storm', 'threshold'];

/** Allowed imports of each room: whole rooms, and single files of otherwise forbidden rooms. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  disk: [],
  scenario: ['core', 'disk'],
  metrics: ['core', 'disk'],
  storm: ['core', 'disk', 'scenario', 'metrics'],
  threshold: ['core', 'disk', 'scenario', 'metrics', 'storm'],
  jwt: MEASURED,
  sim: [...MEASURED, 'jwt'],
  protocols: [...MEASURED, 'jwt'],
  identity: [...MEASURED, 'jwt', 'protocols'],
  embedded: [...MEASURED, 'jwt', 'protocols', 'identity'],
  leaks: ['core', 'disk'],
  live: [...MEASURED, 'jwt', 'leaks', 'protocols', 'identity', 'embedded/protocol.ts'],
  scale: [...MEASURED, 'jwt', 'leaks', 'protocols', 'identity', 'live'],
  kubernetes: ['core', 'disk', 'scenario'],
  results: MEASURED,
  compare: [...MEASURED, 'results'],
  report: [...MEASURED, 'leaks', 'results', 'compare'],
  tui: [...MEASURED, 'results', 'report'],
  cli: [
    ...MEASURED,
    'jwt',
    'leaks',
    'protocols',
    'identity',
    'sim',
    'embedded',
    'live',
    'scale',
    'kubernetes',
    'results',
    'compare',
    'report',
    'tui',
  ],
  library: [...MEASURED, 'sim', 'live', 'results'],
};

/** Rooms outside the package; they may import everything, and nothing imports them. */
const WORKSHOPS = ['testing', 'bench'];

const ROOMS = [...Object.keys(ARROWS), ...WORKSHOPS];
const GOALS = [...ROOMS.map((room) => `${room}/anything.ts`), 'embedded/protocol.ts'];

/** A file of a room that imports one file of every other room, one a line; `up` is the path to src. */
function importsOf(room: string, up: string): string {
  return GOALS.map((goal) => (goal.startsWith(`${room}/`) ? '' : `export * from '${up}${goal}';`)).join('\n');
}

function isAllowed(room: string, goal: string): boolean {
  const open = ARROWS[room] ?? ROOMS;
  return open.includes(goal) || open.includes(goal.slice(0, goal.indexOf('/'))) || goal.startsWith(`${room}/`);
}

const files: Record<string, string> = { 'src/main.ts': importsOf('main', './') };
for (const room of ROOMS) {
  files[`src/${room}/shallow.ts`] = importsOf(room, '../');
  files[`src/${room}/inner/deep.ts`] = importsOf(room, '../../');
  files[`src/${room}/inner/any.test.ts`] = importsOf(room, '../../');
}

describe('the import arrows', () => {
  const house = new SampleHouse(files);
  afterAll(() => house.remove());
  const forbidden = house.lint().filter((each) => each.rule === 'eslint(no-restricted-imports)');
  const forbiddenIn = (file: string) =>
    new Set(forbidden.filter((each) => each.file === file).map((each) => GOALS[each.line - 1]));

  it('cover every room', () => {
    const rooms = readdirSync(join(CHECKOUT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(rooms.map((room) => room.name).filter((name) => !ROOMS.includes(name))).toEqual([]);
  });

  it.each(ROOMS)('let %s import the rooms below it and nothing else', (room) => {
    const expected = new Set(GOALS.filter((goal) => !isAllowed(room, goal)));
    expect(forbiddenIn(`src/${room}/shallow.ts`)).toEqual(expected);
    expect(forbiddenIn(`src/${room}/inner/deep.ts`)).toEqual(expected);
  });

  it('let main import nothing but the command line', () => {
    const expected = new Set(GOALS.filter((goal) => !goal.startsWith('cli/')));
    expect(forbiddenIn('src/main.ts')).toEqual(expected);
  });

  it('do not bind tests', () => {
    expect(forbidden.filter((each) => each.file.endsWith('.test.ts'))).toEqual([]);
  });
});
