import { describe, expect, it } from 'vitest';
import { Curves } from '../metrics/curves.ts';
import { runningLedger } from '../metrics/ledger.ts';
import { measure } from '../metrics/measure.ts';
import { NOTHING_REPORTED } from '../metrics/measurements.ts';
import { createStore } from '../metrics/store.ts';
import { emptyTimings } from '../metrics/timings.ts';
import { makeUnknown } from '../metrics/unknown.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { comparableStanding, compareRuns, type ComparedRun } from './compare-runs.ts';
import { parseComparison } from './comparison.ts';
import { runOf } from './experiments.test.helper.ts';

const LIMIT = 'peak(attempts) < 75/s';

function peaks(values: readonly number[], verdict: ComparedRun['verdict'] = 'pass'): readonly ComparedRun[] {
  return values.map((value, round) =>
    runOf(round, { peakAttemptsPerSecond: value }, verdict, [
      { expression: LIMIT, value, intended: null, ok: verdict === 'pass', text: `${value}/s`, open: null },
    ]),
  );
}

function compared(
  settings: Readonly<Record<string, readonly ComparedRun[]>>,
  planned: number | null = 6,
  interrupted = false,
) {
  return compareRuns({
    scenario: 'storm',
    scenarioDescription: '',
    world: 'live',
    pairs: planned === null ? null : { planned, seed: 1 },
    interrupted,
    settings: Object.entries(settings).map(([value, runs]) => ({
      varied: [{ path: 'jitter', value }],
      thresholds: [LIMIT],
      runs,
    })),
  });
}

function losing(values: readonly number[]): readonly ComparedRun[] {
  return values.map((value, round) => runOf(round, { lost: value }));
}

function repeated(run: ComparedRun): readonly ComparedRun[] {
  return Array.from({ length: 6 }, (_, round) => ({ ...run, round }));
}

/** Six runs that differ slightly. */
function trading(peak: number, exposure: number): readonly ComparedRun[] {
  return Array.from({ length: 6 }, (_, round) =>
    runOf(round, { peakAttemptsPerSecond: peak + round, exposureMs: exposure + round }),
  );
}

const CALM = runOf(0, { storms: 0, downtimeClientSeconds: 0 });
const NEVER_BACK = { storms: 1, downtimeClientSeconds: 500, t95RecoveryMs: null } as const;

const HIGH = [400, 410, 390, 400, 405, 395];
const LOW = [40, 41, 39, 40, 40.5, 39.5];

describe('a comparison', () => {
  it('gives the ratio to the first setting, with its interval and the exact p', () => {
    const { settings, tests } = compared({ '0s': peaks(HIGH, 'fail'), '5s': peaks(LOW) });
    const comparison = settings[1]?.against?.peakAttemptsPerSecond;
    expect(comparison).toMatchObject({ by: 'ratio', p: 2 / 64, evidence: 'better' });
    expect([comparison?.value, comparison?.low, comparison?.high].map((x) => x?.toFixed(3))).toEqual([
      '0.100',
      '0.100',
      '0.100',
    ]);
    expect(settings[0]).toMatchObject({ against: null, unbeaten: false });
    expect(settings[1]).toMatchObject({ unbeaten: true, runs: { done: 6, conclusive: 6, open: 0, passed: 6 } });
    expect(tests).toEqual({ made: 1, evident: 1 });
  });

  it('gives differences where a run had 0', () => {
    const { settings } = compared({ a: losing([4, 5, 6, 4, 5, 6]), b: losing([0, 1, 2, 0, 1, 2]) });
    expect(settings[1]?.against?.lost).toMatchObject({ by: 'difference', value: -4, low: -4, high: -4, p: 2 / 64 });
  });

  it('ranks no storm before every storm, and a recovery that never came after every one', () => {
    const never = runOf(0, { ...NEVER_BACK, spikeFactor: 9, amplification: 2 });
    const some = runOf(0, { storms: 1, spikeFactor: 3, amplification: 1, t95RecoveryMs: 800 });
    const { settings } = compared({ bad: repeated(never), mid: repeated(some), calm: repeated(CALM) });
    expect(settings.map(({ figures }) => figures.t95RecoveryMs.median)).toEqual(['never', 800, 'no storm']);
    for (const index of [1, 2]) {
      const comparison = settings[index]?.against?.t95RecoveryMs;
      expect(comparison).toMatchObject({ by: 'order', value: null, p: 2 / 64, evidence: 'better' });
    }
    expect(settings.map(({ unbeaten }) => unbeaten)).toEqual([false, false, true]);
  });

  it('shows a recovery that never came, also where no run has a number', () => {
    const never = runOf(0, NEVER_BACK);
    const { settings } = compared({ bad: repeated(never), calm: repeated(CALM) });
    expect(settings.map(({ figures }) => figures.t95RecoveryMs.median)).toEqual(['never', 'no storm']);
    expect(settings[1]?.against?.t95RecoveryMs).toMatchObject({ evidence: 'better' });
  });

  it('leaves pairs with an inconclusive run out, and counts the runs', () => {
    const [first, ...rest] = peaks(LOW);
    const { settings, conclusive } = compared({
      '0s': peaks(HIGH, 'fail'),
      '5s': [{ ...first!, verdict: 'inconclusive', reasons: ['the generator was saturated'] }, ...rest],
    });
    expect(settings[1]).toMatchObject({
      runs: { done: 6, conclusive: 5 },
      leftOut: [{ reason: 'the generator was saturated', runs: 1 }],
      figures: { peakAttemptsPerSecond: { runs: 5, low: null } },
      against: { peakAttemptsPerSecond: { p: null, evidence: 'too few', low: null } },
      unbeaten: true,
    });
    expect(conclusive).toBe(false);
  });

  it('keeps both of two settings that are each better in something', () => {
    const { settings } = compared({ a: trading(100, 10), b: trading(50, 20), c: trading(100, 30) });
    expect(settings.map(({ unbeaten }) => unbeaten)).toEqual([true, true, false]);
  });

  it('does not let a setting that passes less often beat another', () => {
    const { settings } = compared({ '0s': peaks(HIGH), '5s': peaks(LOW, 'fail') });
    expect(settings.map(({ unbeaten }) => unbeaten)).toEqual([true, true]);
  });

  it('compares finished runs as groups of at least four', () => {
    const { settings, needs, design } = compared({ a: peaks(HIGH.slice(0, 4)), b: peaks(LOW.slice(0, 4)) }, null);
    expect([design, needs]).toEqual(['unpaired', 4]);
    expect(settings[1]?.against?.peakAttemptsPerSecond).toMatchObject({ p: 2 / 70, evidence: 'better', by: 'ratio' });
    const few = compared({ a: peaks(HIGH.slice(0, 3)), b: peaks(LOW.slice(0, 3)) }, null);
    expect(few.settings[1]?.against?.peakAttemptsPerSecond).toMatchObject({ p: null, evidence: 'too few' });
  });

  it('reads back as it was written', () => {
    const comparison = compared({ '0s': peaks(HIGH, 'fail'), '5s': peaks(LOW) });
    expect(parseComparison(JSON.stringify(comparison))).toEqual(comparison);
    expect(parseComparison('{}')).toBeNull();
    expect(parseComparison('{')).toBeNull();
  });
});

function locking(runs: readonly ComparedRun[]): readonly ComparedRun[] {
  return runs.map((run) => ({ ...run, figures: { ...run.figures, lockedOut: 12 } }));
}

describe('the recommendation', () => {
  it('is never a setting that leaves clients locked out if a harsher one does not', () => {
    const { recommendation } = compared({ '0s': locking(peaks(LOW)), '5s': peaks(LOW) });
    expect(recommendation.setting).toBe(2);
    expect(recommendation.text).toMatch(/; 0s left clients locked out in 6 of 6 runs\.$/);
  });

  it('is none where the only setting that locks no client out fails the thresholds', () => {
    const { recommendation } = compared({ '0s': locking(peaks(LOW)), '5s': peaks(HIGH, 'fail') });
    expect(recommendation.setting).toBeNull();
    expect(recommendation.text).toMatch(
      /^No setting meets the thresholds without leaving clients locked out: 0s left /,
    );
  });

  it('warns where every setting leaves clients locked out', () => {
    const { recommendation } = compared({ '0s': locking(peaks(LOW)), '5s': locking(peaks(LOW)) });
    expect(recommendation.setting).toBe(1);
    expect(recommendation.text).toContain(', but it left clients locked out in 6 of 6 runs');
  });

  it('is the smallest value that meets the thresholds, in any order, with the failures of smaller ones', () => {
    const { recommendation } = compared({ '30s': peaks(LOW), '10s': peaks(LOW), '500ms': peaks(HIGH, 'fail') });
    expect(recommendation.setting).toBe(2);
    expect(recommendation.text).toBe(
      'Take jitter=10s: the mildest setting that meets the thresholds. It passed all 6 runs, so at least 60 % of such ' +
        'runs pass (95 % confidence); 500ms failed 6 of 6 runs (peak(attempts) < 75/s in 6).',
    );
  });

  it('is none while a setting has no run with a verdict', () => {
    const { recommendation, settings } = compared({ '0s': peaks(HIGH, 'fail'), '5s': peaks(LOW), '9s': [] }, 6, true);
    expect(recommendation).toMatchObject({ setting: null });
    expect(recommendation.text).toMatch(/^Interrupted before every setting had a run/);
    expect(settings[2]?.runs).toEqual({ done: 0, conclusive: 0, open: 0, passed: 0, lockedOut: 0 });
    expect(compared({ '0s': peaks(HIGH, 'fail'), '5s': peaks(LOW) }, 6, true).recommendation.setting).toBe(2);
  });

  it('is none where settings have different thresholds', () => {
    const other = { varied: [{ path: 'x', value: '2' }], thresholds: ['ready >= 99%'], runs: peaks(LOW) };
    const { recommendation } = compareRuns({
      scenario: 'storm',
      scenarioDescription: '',
      world: 'sim',
      pairs: null,
      interrupted: false,
      settings: [{ ...other, thresholds: [LIMIT] }, other],
    });
    expect(recommendation).toMatchObject({ setting: null });
    expect(recommendation.text).toContain('different thresholds');
  });

  it('is a setting that no other beats, where values have no order', () => {
    const { recommendation } = compared({ signalr: peaks(HIGH), phoenix: peaks(LOW), ws: peaks(LOW) });
    expect(recommendation.setting).toBe(2);
    expect(recommendation.text).toContain('the first named that no other beats, and one that meets the thresholds');
  });

  it('is the first setting that meets the thresholds where values have no order', () => {
    const { recommendation } = compared({ signalr: peaks(HIGH, 'fail'), phoenix: peaks(LOW), ws: peaks(LOW) });
    expect(recommendation.setting).toBe(2);
  });

  it('is none where no setting meets the thresholds, with the failures of each', () => {
    const [first, ...rest] = peaks(LOW);
    const mixed = [first!, ...rest.map((run): ComparedRun => ({ ...run, verdict: 'fail' }))];
    const { recommendation } = compared({ '0s': peaks(HIGH, 'fail'), '5s': mixed });
    expect(recommendation.setting).toBeNull();
    expect(recommendation.text).toMatch(/^No setting meets the thresholds: 0s failed 6 of 6 .*5s failed 5 of 6/);
  });

  it('is none without thresholds', () => {
    const bare = { varied: [], thresholds: [], runs: peaks(LOW) };
    const { recommendation } = compareRuns({
      scenario: 'storm',
      scenarioDescription: '',
      world: 'sim',
      pairs: { planned: 6, seed: 1 },
      interrupted: false,
      settings: [bare, bare],
    });
    expect(recommendation).toMatchObject({ setting: null });
    expect(recommendation.text).toContain('no thresholds');
  });
});

describe('a run that lost a shard', () => {
  it('has no standing, though a threshold failed for certain: its figures are those of fewer clients', () => {
    const scenario = parseScenario('{ duration: 20s, clients: { count: 4 } }', 'lost.yaml');
    const stores = [1, 2].map(() => createStore(Curves.binsFor(scenario.durationMs), false));
    const measurements = () =>
      measure({
        elapsedMs: 10_000,
        planned: 4,
        stores,
        timings: emptyTimings(),
        reported: NOTHING_REPORTED,
        ledger: (curves) => runningLedger(curves, null),
      });
    const failed = { verdict: 'fail', reasons: [LIMIT], isOpen: false } as const;
    expect(comparableStanding(measurements(), scenario, failed)).toEqual(failed);
    makeUnknown(stores[1]!, 2, 5000);
    expect(comparableStanding(measurements(), scenario, failed)).toEqual({
      verdict: 'inconclusive',
      reasons: ['2 of 4 clients are unknown, so its figures are not those of all'],
      isOpen: false,
    });
  });
});
