import { expect, test } from 'vitest';
import type { Expectation } from '../scenario/scenario.ts';
import { appliesIn, meets } from './expectation.ts';

const came = (ok: Readonly<Record<string, boolean | null>>) =>
  Object.entries(ok).map(([expression, each]) => ({
    expression,
    value: null,
    intended: null,
    ok: each,
    text: '',
    open: null,
  }));

test.each([
  ['a pass that was expected', 'pass', [], 'pass', { a: true }, true],
  ['a fail for the reason expected', 'fail', ['a'], 'fail', { a: false, b: true }, true],
  ['a fail for the reasons expected, in another order', 'fail', ['b', 'a'], 'fail', { a: false, b: false }, true],
  ['a fail for another reason', 'fail', ['a'], 'fail', { a: true, b: false }, false],
  ['a fail for one reason more', 'fail', ['a'], 'fail', { a: false, b: false }, false],
  ['a fail for one reason less', 'fail', ['a', 'b'], 'fail', { a: false, b: true }, false],
  ['a pass where a fail was expected', 'fail', ['a'], 'pass', { a: true }, false],
  ['a threshold without data that was expected', 'inconclusive', ['a'], 'inconclusive', { a: null }, true],
  ['a fault that missed, where no threshold was to fail', 'inconclusive', [], 'inconclusive', { a: true }, true],
  ['a saturated generator in place of a fail', 'fail', ['a'], 'inconclusive', { a: false }, false],
] as const)('%s', (_title, verdict, because, ended, thresholds, met) => {
  const expectation: Expectation = { verdict, because, world: 'both' };
  expect(meets(expectation, ended, came(thresholds))).toBe(met);
});

test.each([
  ['both', ['live', 'sim']],
  ['run', ['live']],
  ['simulate', ['sim']],
] as const)('an expectation may be meant for %s', (world, worlds) => {
  const expectation: Expectation = { verdict: 'pass', because: [], world };
  expect((['live', 'sim'] as const).filter((each) => appliesIn(each, expectation))).toEqual(worlds);
});
