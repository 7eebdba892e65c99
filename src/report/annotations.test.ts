import { describe, expect, it } from 'vitest';
import { HOSTILE, scriptedSummary } from '../testing/scripted-summary.ts';
import { TUNED } from '../testing/tuned.ts';
import { annotations } from './annotations.ts';
import { tuningAnnotations } from './annotations-of-many.ts';

const { summary } = scriptedSummary({ warnings: [] });

describe('annotations for GitHub', () => {
  it('are errors for failures', () => {
    expect(annotations({ ...summary, verdict: 'fail', reasons: ['duplicated == 0: 3'] })).toEqual([
      '::error title=squall%3A deploy-then-outage%3A fail::duplicated == 0: 3',
    ]);
  });

  it('are warnings for undecided thresholds and for problems beside the run', () => {
    const lines = annotations({ ...summary, verdict: 'inconclusive', reasons: ['no data'], warnings: ['100% full'] });
    expect(lines).toEqual([
      '::warning title=squall%3A deploy-then-outage%3A inconclusive::no data',
      '::warning title=squall%3A deploy-then-outage::100%25 full',
    ]);
  });

  it('are not there for a pass', () => {
    expect(annotations({ ...summary, verdict: 'pass', reasons: [] })).toEqual([]);
  });

  it('cannot be forged by text of a server, and are at most ten', () => {
    const lines = annotations({ ...summary, reasons: Array.from({ length: 20 }, () => HOSTILE) });
    expect(lines).toHaveLength(10);
    for (const line of lines) expect(line.split('\n')).toHaveLength(1);
  });
});

describe('the annotations of a tuning', () => {
  it('are an error where no value will do, and a warning where nothing was shown', () => {
    expect(tuningAnnotations(TUNED)).toEqual([]);
    expect(tuningAnnotations({ ...TUNED, found: null })[0]).toMatch(
      /^::error title=squall%3A cliff%3A tuning::No value/,
    );
    expect(tuningAnnotations({ ...TUNED, found: null, ended: 'interrupted' })[0]).toMatch(/^::warning .*::Interrupted/);
    const [first, ...rest] = TUNED.tried;
    const tried = [{ ...first!, undecided: ['no data'] }, ...rest];
    expect(tuningAnnotations({ ...TUNED, found: null, tried })[0]).toMatch(
      /^::warning .*came to no verdict \(no data\)/,
    );
  });

  it('warn of a live run that contradicts the found value', () => {
    const live = [{ value: '5s', expected: 'pass', verdict: 'fail', reasons: ['75/s'], folder: null } as const];
    expect(
      tuningAnnotations({ ...TUNED, live: [...live].map((each) => ({ ...each, reasons: [...each.reasons] })) }),
    ).toEqual(['::warning title=squall%3A cliff%3A tuning::live run at 5s: fail (simulated: pass): 75/s']);
  });
});
