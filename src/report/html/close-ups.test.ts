import { describe, expect, it } from 'vitest';
import type { Summary } from '../../results/summary.ts';
import { measured } from '../../testing/measured.ts';
import { scriptedSummary } from '../../testing/scripted-summary.ts';
import { closeUps } from './close-ups.ts';

const MINUTE_MS = 60_000;
const { summary } = scriptedSummary();
const [storm] = summary.storms;
const { curves } = measured({
  elapsedMs: 10 * MINUTE_MS,
  series: { attempts: [[MINUTE_MS + 500, 80]], stateReady: [[100, 90]] },
});

/** A run of ten minutes with storms at different minutes and with different peaks. */
function page(peaks: readonly number[], lengthMs = 3000): string | null {
  const storms = peaks.map((peakPerSecond, index): Summary['storms'][number] => {
    const startMs = (index + 1) * MINUTE_MS;
    return { ...storm!, startMs, endMs: startMs + lengthMs, peakAtMs: startMs + 500, peakPerSecond };
  });
  return (
    closeUps({ ...summary, durationMs: 10 * MINUTE_MS, storms }, { offered: curves, intended: null })?.text ?? null
  );
}

describe('storms at close range', () => {
  it('have a plot of their own stretch of the run, with the time of the run on its axis', () => {
    const text = page([80]) ?? '';
    expect(text).toContain('storm 1, 80/s at 1m01s');
    expect(text).toContain('Attempts to reconnect, a second from 59.0s to 1m04s');
    expect(text.match(/>1m<\/span/g)).toHaveLength(2);
    // The eighty of one bin are a second wide in a plot of five seconds, around 1.5 s after its beginning.
    expect(text).toMatch(/class="area" d="M0,100L0,100L16,100.*L160,100L176,0L.*L320,0L336,100L/);
  });

  it('are shown where they are short against the run, and where there are any', () => {
    expect(page([80], 75_000)).toBeNull();
    expect(page([])).toBeNull();
  });

  it('are the three with the highest peaks, in the order of their time, and no two parts share an id', () => {
    const text = page([50, 900, 20, 800, 700]) ?? '';
    expect([...text.matchAll(/storm (\d), \d+\/s/g)].map(([, number]) => number).filter((_, i) => i % 2 === 0)).toEqual(
      ['2', '4', '5'],
    );
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
