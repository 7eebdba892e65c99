import { afterEach, describe, expect, test, vi } from 'vitest';
import { RunRefused } from '../../live/refused.ts';
import { FolderError } from '../../results/folder-error.ts';
import { ScenarioError } from '../../scenario/problem.ts';
import { failureOf } from './failure.ts';
import { UsageError } from './usage-error.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the message for an error', () => {
  test.each([
    [new UsageError('no such option'), 'squall: no such option', 2],
    [new FolderError('cannot write'), 'squall: cannot write', 2],
    [
      new ScenarioError([{ place: { file: 'a.yaml', line: 3 }, path: 'seed', message: 'wrong' }]),
      'a.yaml:3:1: seed: wrong',
      2,
    ],
    [
      new RunRefused('not-allowed', 'example.com is not allowed', 'use --allow-host'),
      'squall: example.com is not allowed: use --allow-host',
      4,
    ],
  ])('%s', (error, message, code) => {
    expect(failureOf(error)).toEqual({ message, code });
  });

  test.each([
    [new TypeError('x is undefined'), 'TypeError: x is undefined'],
    ['a string', 'a string'],
  ])('what nobody foresaw (%s) is a defect in squall, without a stack', (error, what) => {
    const { message, code } = failureOf(error);
    expect(code).toBe(70);
    expect(message).toContain(`a defect in squall, not in your scenario: ${what}`);
    expect(message).not.toMatch(/^ +at /m);
  });

  test('SQUALL_DEBUG=1 shows the stack', () => {
    vi.stubEnv('SQUALL_DEBUG', '1');
    expect(failureOf(new Error('x')).message).toMatch(/^ +at /m);
  });
});
