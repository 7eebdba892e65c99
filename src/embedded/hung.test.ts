import { PassThrough } from 'node:stream';
import { expect, it, vi } from 'vitest';
import { Delays } from './delays.ts';
import { Hung } from './hung.ts';

const MANY = 20_000;

it('requests hang up to a bound, and again when one of them has left', async () => {
  const hung = new Hung();
  const first = new PassThrough();
  expect(hung.hold(1, first)).toBe(true);
  for (let n = 1; n < MANY; n++) hung.hold(2, new PassThrough());
  expect(hung.hold(1, new PassThrough())).toBe(false);
  hung.release(1);
  await vi.waitFor(() => expect(hung.hold(1, new PassThrough())).toBe(true));
  expect(first.destroyed).toBe(true);
});

it('actions are delayed up to a bound', () => {
  const delays = new Delays();
  const stream = new PassThrough().setMaxListeners(0);
  for (let n = 0; n < MANY; n++) expect(delays.put(stream, 60_000, () => {})).toBe(true);
  expect(delays.put(stream, 60_000, () => {})).toBe(false);
  delays.close();
  expect(stream.destroyed).toBe(true);
});

it('a delayed action happens once, in its time or when its stream closes, and never after the end', async () => {
  const delays = new Delays();
  const done: string[] = [];
  const [gone, there, late] = [new PassThrough(), new PassThrough(), new PassThrough()];
  delays.put(gone, 60_000, () => done.push('gone'));
  delays.put(there, 1, () => done.push('there'));
  delays.put(late, 60_000, () => done.push('late'));
  gone.destroy();
  await vi.waitFor(() => expect(done.toSorted()).toEqual(['gone', 'there']));
  there.destroy();
  delays.close();
  expect(late.closed || late.destroyed).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(done.toSorted()).toEqual(['gone', 'there']);
});
