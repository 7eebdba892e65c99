import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Curves, MAX_BINS } from './curves.ts';
import { SERIES, SERIES_INDEX } from '../core/metrics.ts';

const BINS = 50;
const empty = (): Curves => new Curves(new ArrayBuffer(Curves.bytes(BINS)));

const events = fc.array(
  fc.record({
    series: fc.integer({ min: 0, max: SERIES.length - 1 }),
    nowMs: fc.double({ min: -1000, max: 10_000, noNaN: true }),
    n: fc.integer({ min: -3, max: 1000 }),
  }),
  { maxLength: 50 },
);

function recorded(list: readonly { series: number; nowMs: number; n: number }[]): Curves {
  const curves = empty();
  for (const { series, nowMs, n } of list) curves.add(series, nowMs, n);
  return curves;
}

const content = (curves: Curves): number[][] => SERIES.map((name) => [...curves.values(name)]);

describe('Curves', () => {
  it.each([
    [-Infinity, 0],
    [-1, 0],
    [NaN, 0],
    [0, 0],
    [99.999, 0],
    [100, 1],
    [4999, 49],
    [5000, 49],
    [Infinity, 49],
  ])('counts what happens at %f ms in bin %i', (nowMs, bin) => {
    const curves = empty();
    curves.add(SERIES_INDEX.ready, nowMs);
    expect(curves.bin('ready', bin)).toBe(1);
    expect(SERIES.map((name) => curves.total(name)).reduce((a, b) => a + b)).toBe(1);
  });

  it('merges shards, in any order, into the same curves as a single recording', () => {
    fc.assert(
      fc.property(events, events, events, (a, b, c) => {
        const whole = recorded([...a, ...b, ...c]);
        const forth = recorded(a);
        forth.merge(recorded(b));
        forth.merge(recorded(c));
        const back = recorded(c);
        const inner = recorded(b);
        inner.merge(recorded(a));
        back.merge(inner);
        expect(content(forth)).toEqual(content(whole));
        expect(content(back)).toEqual(content(whole));
      }),
    );
  });

  it('has the total of each series beyond 32 bits, also after merging and copying', () => {
    fc.assert(
      fc.property(events, events, (a, b) => {
        const curves = recorded(a);
        curves.merge(recorded(b));
        const summed = content(curves).map((bins) => bins.reduce((sum, n) => sum + n, 0));
        expect(SERIES.map((name) => curves.copy().total(name))).toEqual(summed);
      }),
    );
    const many = empty();
    for (const second of [0, 1, 2]) many.add(SERIES_INDEX.sent, 1000 * second, 2 ** 30);
    expect(many.total('sent')).toBe(3 * 2 ** 30);
  });

  it('has a total without reading the bins', () => {
    const curves = empty();
    curves.add(SERIES_INDEX.sent, 0, 3);
    curves.values('sent').fill(0);
    expect(curves.total('sent')).toBe(3);
  });

  it('shows later events in views of the shared buffer, but not in copies', () => {
    const buffer = new SharedArrayBuffer(Curves.bytes(BINS));
    const writer = new Curves(buffer);
    const reader = new Curves(buffer);
    const copy = reader.copy();
    writer.add(SERIES_INDEX.attempts, 250, 3);
    expect(reader.bin('attempts', 2)).toBe(3);
    expect(copy.bin('attempts', 2)).toBe(0);
    expect(reader.copy(copy)).toBe(copy);
    expect(copy.bin('attempts', 2)).toBe(3);
  });

  it('adds up several series without changing them', () => {
    const curves = empty();
    curves.add(SERIES_INDEX.lostClosed, 100, 2);
    curves.add(SERIES_INDEX.lostDropped, 100, 3);
    expect(curves.sum(['lostClosed', 'lostDropped'])[1]).toBe(5);
    expect(curves.total('lostClosed')).toBe(2);
  });

  it('has the peak of a series and its time', () => {
    const curves = empty();
    curves.add(SERIES_INDEX.attempts, 1200, 4);
    curves.add(SERIES_INDEX.attempts, 1900, 5);
    curves.add(SERIES_INDEX.attempts, 2300, 1);
    expect(curves.peakPerSecond('attempts')).toEqual({ perSecond: 9, atMs: 1600 });
  });

  it.each([0, 1, Curves.bytes(1) + 4, Curves.bytes(MAX_BINS + 1)])('refuses a buffer of %i bytes', (bytes) => {
    expect(() => new Curves(new ArrayBuffer(bytes))).toThrow(`a buffer of ${bytes} bytes`);
  });

  it('refuses to merge curves of another length', () => {
    const longer = new Curves(new ArrayBuffer(Curves.bytes(BINS + 1)));
    expect(() => empty().merge(longer)).toThrow('51 bins cannot be merged into 50');
  });

  it.each([
    [0, 1],
    [100, 1],
    [101, 2],
    [3_600_000, 36_000],
    [7 * 24 * 3_600_000, MAX_BINS],
    [1e12, MAX_BINS],
  ])('gives a run of %i ms %i bins', (durationMs, bins) => {
    expect(Curves.binsFor(durationMs)).toBe(bins);
  });
});
