import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { watchParent } from './parent-watch.ts';

function watched() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const ends = vi.fn<() => void>();
  return { heard: watchParent(ends), ends };
}

describe('the watch over a parent', () => {
  it('ends the load of one that is silent for more than 7 s, once', () => {
    const { heard, ends } = watched();
    vi.advanceTimersByTime(6000);
    heard();
    vi.advanceTimersByTime(7000);
    expect(ends).not.toHaveBeenCalled();
    vi.advanceTimersByTime(20_000);
    expect(ends).toHaveBeenCalledTimes(1);
  });

  it('goes on under one that speaks once a second', () => {
    const { heard, ends } = watched();
    for (let n = 0; n < 60; n++) {
      vi.advanceTimersByTime(1000);
      heard();
    }
    expect(ends).not.toHaveBeenCalled();
  });

  it('counts no silence while this process itself stood still', () => {
    const { heard, ends } = watched();
    const now = vi.spyOn(performance, 'now');
    now.mockReturnValue(60_000);
    vi.advanceTimersByTime(250);
    expect(ends).not.toHaveBeenCalled();
    now.mockRestore();
    heard();
  });
});
