import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CHECKOUT } from './checkout.ts';
import { SampleHouse } from './sample-house.ts';

/**
 * Code that must be refused: its description, the code, and the lint rule or the name unknown to tsc that refuses it.
 */
type Offence = readonly [title: string, code: string, by: string];

/** Code that is refused in core only. */
const IMPURE: readonly Offence[] = [
  ['reads the clock', 'export const at = Date.now();', 'eslint(no-restricted-globals)'],
  ['reads the clock by way of globalThis', 'export const at = new globalThis.Date();', 'eslint(no-restricted-globals)'],
  ['formats by the locale', 'export const text = new Intl.NumberFormat();', 'eslint(no-restricted-globals)'],
  ['draws at random', 'export const draw = Math.random();', 'eslint(no-restricted-properties)'],
  ['takes a logarithm', 'export const log = Math.log(2);', 'eslint(no-restricted-properties)'],
  ['destructures a sine from Math', 'export const { sin } = Math;', 'eslint(no-restricted-properties)'],
  ['imports a package', "export { WebSocket } from 'ws';", 'eslint(no-restricted-imports)'],
  ['imports from Node', "export { readFileSync } from 'node:fs';", 'eslint(no-restricted-imports)'],
  ['imports from Node while running', "export const fs = await import('node:fs');", 'eslint(no-restricted-imports)'],
];

/** Code that is refused everywhere except in tests. */
const CARELESS: readonly Offence[] = [
  ['uses any', 'export const loose = (x: any): unknown => x;', 'typescript(no-explicit-any)'],
  ['compares loosely', 'export const same = (a: string | null) => a == "1";', 'eslint(eqeqeq)'],
  ['declares a constant as a variable', 'let n = 1;\nexport const m = n;', 'eslint(prefer-const)'],
  ['reads from parsed JSON', 'export const at: unknown = JSON.parse("{}").at;', 'typescript(no-unsafe-member-access)'],
  ['keeps parsed JSON', 'export const parsed = JSON.parse("{}");', 'typescript(no-unsafe-assignment)'],
  ['passes parsed JSON on', 'export const n = Math.abs(JSON.parse("1"));', 'typescript(no-unsafe-argument)'],
  ['returns parsed JSON', 'export const f = (): number => JSON.parse("1");', 'typescript(no-unsafe-return)'],
  ['calls parsed JSON', 'JSON.parse("1")();', 'typescript(no-unsafe-call)'],
  [
    'narrows a type without a check',
    'export const n = (x: unknown) => x as number;',
    'typescript(no-unsafe-type-assertion)',
  ],
  ['silences the compiler', '// @ts-ignore\nexport const n: number = "";', 'typescript(ban-ts-comment)'],
  ['forgets a promise', 'const f = async () => {};\nf();', 'typescript(no-floating-promises)'],
  ['passes a promise to a caller that ignores it', '[1].forEach(async () => {});', 'typescript(no-misused-promises)'],
  [
    'trusts the reason of a rejection',
    'void Promise.reject(new Error()).catch((e) => void e);',
    'typescript(use-unknown-in-catch-callback-variable)',
  ],
  [
    'forgets a case',
    "export function f(x: 'a' | 'b'): void {\n  switch (x) {\n    case 'a':\n      break;\n  }\n}",
    'typescript(switch-exhaustiveness-check)',
  ],
  ['prints', 'console.log(1);', 'eslint(no-console)'],
  ['throws a string', "export const f = () => {\n  throw 'no';\n};", 'typescript(only-throw-error)'],
  ['exports without a name', 'export default 1;', 'import(no-default-export)'],
  ['imports a type inline', "export type F = import('node:fs').Stats;", 'typescript(consistent-type-imports)'],
  ['imports in a circle', "export * from './circle.ts';", 'import(no-cycle)'],
];

/** Code that the compiler refuses in core, where it knows the language but neither Node nor the DOM. */
const UNDECLARED: readonly Offence[] = [
  ['imports from Node', "export { readFileSync } from 'node:fs';", "'node:fs'"],
  ['imports from outside core', "export { outside } from '../outside.ts';", "not under 'rootDir'"],
  ['reads the monotonic clock', 'export const at = performance.now();', "'performance'"],
  ['sets a timer', 'setTimeout(() => undefined, 1);', "'setTimeout'"],
  ['reads the environment of the process', 'export const { env } = process;', "'process'"],
  ['prints', 'console.log(1);', "'console'"],
];

const fileOf = (folder: string, offence: Offence) => `src/${folder}/${offence[0].replaceAll(' ', '-')}.ts`;

function houseOf(
  folder: string,
  offences: readonly Offence[],
  more: Readonly<Record<string, string>> = {},
): SampleHouse {
  const house = new SampleHouse({
    ...more,
    ...Object.fromEntries(offences.map((offence) => [fileOf(folder, offence), offence[1]])),
  });
  afterAll(() => house.remove());
  return house;
}

describe.each([
  { folder: 'core', offences: IMPURE, more: {} },
  { folder: 'live', offences: CARELESS, more: { 'src/live/circle.ts': "export * from './imports-in-a-circle.ts';" } },
])('the linter, in $folder', ({ folder, offences, more }) => {
  const findings = houseOf(folder, offences, more).lint();

  it.each(offences)('refuses code that %s', (...offence) => {
    const rules = findings.filter((each) => each.file === fileOf(folder, offence)).map((each) => each.rule);
    expect(rules).toContain(offence[2]);
  });
});

describe('the compiler, in core', () => {
  const complaints = houseOf('core', UNDECLARED, { 'src/outside.ts': 'export const outside = 1;' }).compileCore();

  it.each(UNDECLARED)('refuses code that %s', (...offence) => {
    const own = complaints.filter((line) => line.startsWith(fileOf('core', offence)));
    expect(own.join('\n')).toContain(offence[2]);
  });
});

describe('core', () => {
  // No lint rule can forbid this operator. Like Math.pow, its result is an approximation that changes with V8's version.
  it('never raises to a power with **', () => {
    const core = join(CHECKOUT, 'src', 'core');
    const sources = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /(?<!\.test)\.ts$/.test(file),
    );
    const powers = sources.flatMap((file) =>
      readFileSync(join(core, file), 'utf8')
        .split('\n')
        .map((text, i) => `${file}:${i + 1}: ${text.trim()}`)
        .filter((line) => /[\w)\]] \*\*=? /.test(line)),
    );
    expect(powers).toEqual([]);
  });
});
