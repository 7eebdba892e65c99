import { describe, expect, it } from 'vitest';
import { HOSTILE, scriptedSummary } from '../testing/scripted-summary.ts';
import { annotations } from './annotations.ts';

const { summary } = scriptedSummary({ warnings: [] });

describe('annotations for GitHub', () => {
  it('are errors for what failed', () => {
    expect(annotations({ ...summary, verdict: 'fail', reasons: ['duplicated == 0: 3'] })).toEqual([
      '::error title=squall%3A deploy-then-outage%3A fail::duplicated == 0: 3',
    ]);
  });

  it('are warnings for what is open and for what went wrong beside the run', () => {
    const lines = annotations({ ...summary, verdict: 'inconclusive', reasons: ['no data'], warnings: ['100% full'] });
    expect(lines).toEqual([
      '::warning title=squall%3A deploy-then-outage%3A inconclusive::no data',
      '::warning title=squall%3A deploy-then-outage::100%25 full',
    ]);
  });

  it('are not there for a pass', () => {
    expect(annotations({ ...summary, verdict: 'pass', reasons: [] })).toEqual([]);
  });

  it('cannot be forged by what a server says, and are at most ten', () => {
    const lines = annotations({ ...summary, reasons: Array.from({ length: 20 }, () => HOSTILE) });
    expect(lines).toHaveLength(10);
    for (const line of lines) expect(line.split('\n')).toHaveLength(1);
  });
});
