import { describe, expect, it } from 'vitest';
import { Waste } from './waste.ts';

describe('Waste', () => {
  it('counts a job once it is finished, to 100 ms, whenever its client gave up', () => {
    const waste = new Waste(1000);
    for (const doneAt of [250, 40, 299.9, 300, 999]) waste.add(doneAt);
    expect([0, 99, 100, 299, 300, 400, 1000].map((now) => waste.until(now))).toEqual([0, 0, 1, 1, 3, 4, 5]);
  });

  it('forgets what is finished after the end of the run', () => {
    const waste = new Waste(1000);
    for (const doneAt of [1000, 5000, Infinity]) waste.add(doneAt);
    expect(waste.until(10_000)).toBe(0);
  });
});
