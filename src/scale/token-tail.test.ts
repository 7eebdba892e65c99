import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { TokenTail } from './token-tail.ts';

it('gives each whole line once, and none of the header', () => {
  const tail = new TokenTail('{"key":"ab"}');
  expect(readFileSync(tail.file, 'utf8')).toBe('{"key":"ab"}\n');
  expect(statSync(tail.file).mode & 0o777).toBe(0o600);
  expect(tail.take()).toBe('');
  appendFileSync(tail.file, 'one\ntwo\nthr');
  expect(tail.take()).toBe('one\ntwo\n');
  expect(tail.take()).toBe('');
  appendFileSync(tail.file, 'ee\nvière\n');
  expect(tail.take()).toBe('three\nvière\n');
  tail.close();
  expect(existsSync(tail.file)).toBe(false);
});

it('gives a long record in pieces of whole lines', () => {
  const tail = new TokenTail('{}\n');
  const line = `${'x'.repeat(999)}\n`;
  appendFileSync(tail.file, line.repeat(2500));
  const taken = [tail.take(), tail.take(), tail.take(), tail.take()];
  expect(taken.map(({ length }) => length % 1000)).toEqual([0, 0, 0, 0]);
  expect(taken.join('')).toBe(line.repeat(2500));
  expect(taken[3]).toBe('');
  tail.close();
});
