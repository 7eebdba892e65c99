import { describe, expect, it } from 'vitest';
import { TUNED } from '../testing/tuned.ts';
import { runOf } from './experiments.test.helper.ts';
import { isOpen, triedOf, verdictOf, type Tuning } from './tuning.ts';

const [first, second] = [TUNED.tried[0]!, TUNED.tried[1]!];
const undecided = { ...first, undecided: ['no data'] };

function live(verdict: 'pass' | 'fail' | 'inconclusive' | null): Pick<Tuning, 'live'> {
  return { live: [{ value: '5s', expected: 'pass', verdict, reasons: [], folder: null }] };
}

describe('the verdict of a tuning', () => {
  it.each<[string, Partial<Tuning>, string]>([
    ['a value whose live run passed', live('pass'), 'pass'],
    ['a value without a live run', { live: [] }, 'pass'],
    ['a value whose live run was refused', live(null), 'pass'],
    ['a value whose live run failed', live('fail'), 'inconclusive'],
    ['a value whose live run was inconclusive', live('inconclusive'), 'inconclusive'],
    ['no value', { found: null }, 'fail'],
    ['no value before it was interrupted', { found: null, ended: 'interrupted' }, 'inconclusive'],
    ['no value, but inconclusive runs', { found: null, tried: [undecided, second] }, 'inconclusive'],
  ])('%s', (_, rest, verdict) => {
    expect(verdictOf({ ...TUNED, ...rest })).toBe(verdict);
  });
});

describe('a value', () => {
  it.each([
    ['with which a run failed', { done: 3, passed: 1, inconclusive: 1 }, false],
    ['with which none failed, and not all passed', { done: 3, passed: 2, inconclusive: 1 }, true],
    ['of which all runs were inconclusive', { done: 3, passed: 0, inconclusive: 3 }, true],
  ])('%s', (_, runs, open) => {
    expect(isOpen({ ...first, runs })).toBe(open);
  });

  it('that leaves clients locked out does not meet the thresholds, although every run passed', () => {
    const runs = [runOf(0, { lockedOut: 0 }), runOf(1, { lockedOut: 3 })];
    const tried = triedOf('5s', 5000, runs);
    expect(tried).toMatchObject({ meets: false, lockedOut: 1, runs: { done: 2, passed: 2 } });
    expect(isOpen(tried)).toBe(false);
  });

  it('that meets the thresholds', () => {
    expect(isOpen(second)).toBe(false);
  });
});
