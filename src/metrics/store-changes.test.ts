import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Curves } from './curves.ts';
import { applyChanges, StoreChanges } from './store-changes.ts';
import { createStore, type RecorderStore } from './store.ts';

const BINS = 3000;

function bytesIn(store: RecorderStore): readonly Buffer[] {
  return Object.values(store).flatMap((part: ArrayBufferLike | ArrayBufferView | null) => {
    if (part === null) return [];
    return ArrayBuffer.isView(part)
      ? Buffer.from(part.buffer, part.byteOffset, part.byteLength)
      : Buffer.from(part as ArrayBuffer);
  });
}

test('a copy that takes the changes of a store, look by look, equals it in every buffer, the one of shifts included', () => {
  const event = fc.record({ series: fc.nat(20), atMs: fc.nat(BINS * 100), n: fc.integer({ min: -3, max: 3 }) });
  fc.assert(
    fc.property(fc.array(fc.array(event, { maxLength: 30 }), { maxLength: 5 }), (looks) => {
      const store = createStore(BINS, true);
      const copy = createStore(BINS, false, true);
      const [curves, shifts] = [new Curves(store.curves), new Curves(store.shifts!)];
      const changes = new StoreChanges(store);
      for (const [look, events] of looks.entries()) {
        for (const { series, atMs, n } of events) (atMs % 3 === 0 ? shifts : curves).add(series, atMs, n);
        store.counts[look]! += 0.5;
        store.failures[store.failures.length - 1 - look]! += 1;
        applyChanges(copy, structuredClone(changes.take()));
        const copied = bytesIn(copy);
        expect(bytesIn(store).map((bytes, buffer) => bytes.equals(copied[buffer]!))).not.toContain(false);
      }
    }),
    { numRuns: 30 },
  );
});

test('nothing is sent of a store that did not change, and little of one that did', () => {
  const store = createStore(BINS, false);
  const changes = new StoreChanges(store);
  expect(changes.take()).toEqual([]);
  new Curves(store.curves).add(3, 12_345);
  const taken = changes.take();
  expect(taken.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThan(4096);
  expect(changes.take()).toEqual([]);
});
