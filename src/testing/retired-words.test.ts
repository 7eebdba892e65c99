import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CHECKOUT } from './checkout.ts';

/** Words that a stranger could not guess, and the word that replaced each. A plural counts as its singular. */
const RETIRED: ReadonlyMap<string, string> = new Map([
  ['bout', 'sample pair'],
  ['conduct', 'behaviour'],
  ['course', 'curve, part of a run'],
  ['deed', 'action'],
  ['divisions', 'combinations'],
  ['gauge', 'aggregator'],
  ['grade', 'token flags'],
  ['grapevine', 'revocation feed'],
  ['grounds', 'inputs'],
  ['hearing', 'keep-alive'],
  ['judge', 'evaluate'],
  ['judged', 'result, evaluated'],
  ['kick', 'accept, then close'],
  ['manieth', 'index'],
  ['meaningless', 'unsupported'],
  ['obstacle', 'request fault'],
  ['patience', 'timeout'],
  ['perform', 'run, carry out'],
  ['promised', 'expected, acknowledged'],
  ['regrouped', 'relabelled'],
  ['regrouping', 'rank permutation'],
  ['salvage', 'recover'],
  ['salvaged', 'recovered'],
  ['station', 'FIFO server'],
  ['strike', 'occurrence'],
  ['struck', 'hit'],
  ['timetable', 'fault plan'],
  ['tripwire', 'abort threshold'],
  ['victim', 'hit client, fault context'],
  ['waste', 'wasted work'],
  ['weigh', 'compare'],
  ['whoever', 'the client, the caller'],
  ['wires', 'delivery'],
]);

/** Text in which a retired word is the right one. */
const ALLOWED: readonly (readonly [text: RegExp, why: string])[] = [
  [/\b(type: )?'?gauge\b/gi, 'a metric type of OpenMetrics'],
  [/'kick:'/g, 'the name of a fault in results folders of an older format'],
  [/strike(s nothing)? out/g, 'Markdown strikes text out between two tildes'],
];

/** The list itself, and the files that translate the names of older results folders. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'testing/retired-words.test.ts',
  'results/older-formats.ts',
  'results/older-formats.test.ts',
]);

it('no file uses a retired word', () => {
  const files = readdirSync(join(CHECKOUT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name).slice(join(CHECKOUT, 'src/').length))
    .filter((file) => !LEFT_OUT.has(file));
  expect(files.flatMap((file) => findings(file, readFileSync(join(CHECKOUT, 'src', file), 'utf8')))).toEqual([]);
});

it.each([
  [
    'core/a.ts',
    'const x = 1;\nconst theVictims = [];',
    ['src/core/a.ts:2: "victims" is retired: write hit client, fault context'],
  ],
  ['core/a.ts', '/** Is STRUCK. */', ['src/core/a.ts:1: "struck" is retired: write hit']],
  ['core/fifo-station.ts', '', ['src/core/fifo-station.ts:0: "station" is retired: write FIFO server']],
  ['report/a.ts', "type: 'gauge', stationary", []],
])('in %s, %j gives %j', (file, text, expected) => {
  expect(findings(file, text)).toEqual(expected);
});

/** Retired words of a file with line and replacement; its name is line 0. */
function findings(file: string, text: string): readonly string[] {
  return [file, ...text.split('\n')].flatMap((line, at) =>
    wordsOf(allowedRemoved(line)).flatMap((word) => {
      const replacement = RETIRED.get(word) ?? RETIRED.get(word.replace(/s$/, ''));
      return replacement === undefined ? [] : [`src/${file}:${at}: "${word}" is retired: write ${replacement}`];
    }),
  );
}

function allowedRemoved(line: string): string {
  return ALLOWED.reduce((rest, [text]) => rest.replaceAll(text, ''), line);
}

/** Words in lower case; camel case and snake case are split. */
function wordsOf(line: string): readonly string[] {
  return (line.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []).map((word) => word.toLowerCase());
}
