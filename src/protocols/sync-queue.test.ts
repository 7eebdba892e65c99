import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newView } from './registry.ts';
import { OF, SyncQueue } from './sync-queue.ts';

const queue = new SyncQueue();

it('gives updates back in their order', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(0xffff_ffff), { nil: null }), { maxLength: 200 }), (steps) => {
      const view = newView(7);
      const model: number[] = [];
      const shifted: number[] = [];
      const expected: number[] = [];
      for (const step of [...steps, ...steps.map(() => null)]) {
        if (step === null) {
          shifted.push(queue.shift(view));
          expected.push(model.shift() ?? OF.nothing);
        } else {
          model.push(step);
          queue.push(view, step);
        }
      }
      expect(shifted).toEqual(expected);
      expect(queue.shift(view)).toBe(OF.nothing);
    }),
  );
});

it('forgets the oldest of too many, and keeps its memory', () => {
  const view = newView(7);
  for (let n = 0; n < 200_000; n++) queue.push(view, n);
  expect(view.rest?.length).toBeLessThan(500_000);
  const oldest = queue.shift(view);
  expect(oldest).toBeGreaterThan(100_000);
  expect(queue.shift(view)).toBe(oldest + 1);
});

it('counts a clock of its own for each client of Yjs', () => {
  const view = newView(7);
  const id = queue.clientId(view);
  expect([queue.tick(view), queue.tick(view), queue.clientId(view)]).toEqual([0, 1, id]);
  queue.begin(view);
  expect(queue.tick(view)).toBe(0);
});
