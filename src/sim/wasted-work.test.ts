import { describe, expect, it } from 'vitest';
import { WastedWork } from './wasted-work.ts';

describe('WastedWork', () => {
  it('counts a job when it is finished, to 100 ms, whenever its client gave up', () => {
    const wastedWork = new WastedWork(1000);
    for (const doneAt of [250, 40, 299.9, 300, 999]) wastedWork.add(doneAt);
    expect([0, 99, 100, 299, 300, 400, 1000].map((now) => wastedWork.until(now))).toEqual([0, 0, 1, 1, 3, 4, 5]);
  });

  it('ignores jobs finished after the end of the run', () => {
    const wastedWork = new WastedWork(1000);
    for (const doneAt of [1000, 5000, Infinity]) wastedWork.add(doneAt);
    expect(wastedWork.until(10_000)).toBe(0);
  });
});
