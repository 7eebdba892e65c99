import { expect, test } from 'vitest';
import { Abort } from './abort.ts';

test('an abort calls each listener once, and none that has left or comes later', () => {
  const abort = new Abort();
  const heard: string[] = [];
  const leaving = (): void => void heard.push('leaving');
  abort.addEventListener('abort', () => void heard.push(`first, ${abort.aborted}`));
  abort.addEventListener('abort', leaving);
  abort.addEventListener('abort', () => void heard.push('second'));
  abort.removeEventListener('abort', leaving);
  abort.removeEventListener('abort', leaving);
  expect(abort.aborted).toBe(false);
  abort.abort();
  abort.abort();
  abort.addEventListener('abort', () => void heard.push('late'));
  abort.abort();
  expect(heard).toEqual(['first, true', 'second']);
});

test('a listener that leaves during the abort does not keep others from it', () => {
  const abort = new Abort();
  let heard = 0;
  const leaving = (): void => abort.removeEventListener('abort', leaving);
  abort.addEventListener('abort', leaving);
  abort.addEventListener('abort', () => (heard += 1));
  abort.abort();
  expect(heard).toBe(1);
});
