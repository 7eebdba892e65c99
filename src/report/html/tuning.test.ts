import { describe, expect, it } from 'vitest';
import { TUNED } from '../../testing/tuned.ts';
import { tuningPage } from './tuning.ts';

describe('the page of a tuning', () => {
  const page = tuningPage(TUNED);

  it('begins with the recommended value, and has the live runs', () => {
    expect(page).toMatch(/TUNING[^]*Take tokens\.refresh\.jitter\.uniform=5s[^]*live run at 5s: pass, as simulated/);
    expect(page).not.toContain('\u001b');
  });

  it('plots each figure that differs, describes it in words, and shades values that do not meet the thresholds', () => {
    expect(page.match(/<svg\s+viewBox/g)).toHaveLength(1);
    expect(page).toContain('peak attempts by tokens.refresh.jitter.uniform: 0s: 400/s, 5s: 70/s.');
    expect(page).toMatch(/class="shade" d="M0,0H400V100H0Z"/);
    expect(page).toMatch(/class="l0" d="M0,0L800,82.5"/);
  });

  it('has every value in a table, with why it does not do', () => {
    expect(page).toMatch(/>0s<[^]*does not: peak\(attempts\) &lt; 75\/s[^]*>5s<[^]*✓ found/);
  });

  it('leaves a gap where a value has no number', () => {
    const [first, second] = TUNED.tried;
    const t95RecoveryMs = { runs: 1, median: 'never', low: null, high: null } as const;
    const never = { ...second!, figures: { ...second!.figures, t95RecoveryMs } };
    const text = tuningPage({ ...TUNED, tried: [first!, never] });
    expect(text).toContain('t95 recovery by tokens.refresh.jitter.uniform: 0s: 1.5s, 5s: never.');
    expect(text).not.toContain('NaN');
  });
});
