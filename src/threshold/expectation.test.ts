import { expect, test } from 'vitest';
import type { Expectation } from '../scenario/scenario.ts';
import { appliesIn, meets } from './expectation.ts';

const came = (ok: Readonly<Record<string, boolean | null>>) =>
  Object.entries(ok).map(([expression, each]) => ({ expression, value: null, ok: each, text: '' }));

test.each([
  ['a pass that was promised', 'pass', [], 'pass', { a: true }, true],
  ['a fail for the reason promised', 'fail', ['a'], 'fail', { a: false, b: true }, true],
  ['a fail for the reasons promised, in another order', 'fail', ['b', 'a'], 'fail', { a: false, b: false }, true],
  ['a fail for another reason', 'fail', ['a'], 'fail', { a: true, b: false }, false],
  ['a fail for one reason more', 'fail', ['a'], 'fail', { a: false, b: false }, false],
  ['a fail for one reason less', 'fail', ['a', 'b'], 'fail', { a: false, b: true }, false],
  ['a pass where a fail was promised', 'fail', ['a'], 'pass', { a: true }, false],
  ['a threshold without data that was promised', 'inconclusive', ['a'], 'inconclusive', { a: null }, true],
  ['a fault that missed, where no threshold was to fail', 'inconclusive', [], 'inconclusive', { a: true }, true],
  ['a saturated generator in place of a fail', 'fail', ['a'], 'inconclusive', { a: false }, false],
] as const)('%s', (_title, verdict, because, ended, thresholds, kept) => {
  const promise: Expectation = { verdict, because, world: 'both' };
  expect(meets(promise, ended, came(thresholds))).toBe(kept);
});

test.each([
  ['both', ['live', 'sim']],
  ['run', ['live']],
  ['simulate', ['sim']],
] as const)('a promise may be meant for %s', (world, worlds) => {
  const promise: Expectation = { verdict: 'pass', because: [], world };
  expect((['live', 'sim'] as const).filter((each) => appliesIn(each, promise))).toEqual(worlds);
});
