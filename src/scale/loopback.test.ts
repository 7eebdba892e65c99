import { expect, it } from 'vitest';
import { checkSharesLoopback, loopbackName } from './loopback.ts';

it('a worker reaches the loopback addresses of its own network, and refuses those of another', () => {
  expect(() => checkSharesLoopback(null)).not.toThrow();
  expect(() => checkSharesLoopback(loopbackName())).not.toThrow();
  expect(() => checkSharesLoopback(`${loopbackName()}0`)).toThrow(
    'the target is a loopback address of another machine, that of the coordinator',
  );
});
