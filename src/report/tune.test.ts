import { expect, it } from 'vitest';
import { triedOf, type Tuning } from '../compare/tuning.ts';
import { tuneReport } from './tune.ts';

const FIGURES = {
  peakAttemptsPerSecond: 0,
  spikeFactor: 20,
  t95RecoveryMs: 1500,
  amplification: 1,
  peakRefreshesPerSecond: 40,
  wasted: 0,
  lost: 0,
  duplicated: 0,
  exposureClientSeconds: 0,
  p99HandshakeMs: 9,
  p99RecoveryMs: 9,
};

function tried(value: string, size: number, verdict: 'pass' | 'fail', peak: number) {
  const thresholds = [{ expression: 'peak(attempts) < 75/s', value: peak, ok: verdict === 'pass', text: `${peak}/s` }];
  const figures = { ...FIGURES, peakAttemptsPerSecond: peak };
  return triedOf(value, size, [{ seed: 1, verdict, reasons: [], figures, thresholds }]);
}

const TUNING: Tuning = {
  kind: 'tuning',
  format: 1,
  squall: '0.0.0',
  scenario: 'cliff',
  scenarioDescription: '',
  path: 'tokens.refresh.jitter.uniform',
  range: ['0s', '10s'],
  goal: 'smallest',
  seeds: { first: 1, planned: 1 },
  ended: 'completed',
  tried: [tried('0s', 0, 'fail', 400), tried('5s', 5000, 'pass', 70)],
  found: '5s',
  milder: '0s',
  islands: [],
  live: [
    { value: '5s', expected: 'pass', verdict: 'pass', reasons: [], folder: null },
    { value: '0s', expected: 'fail', verdict: null, reasons: ['not enough\u001b[2J descriptors'], folder: null },
  ],
};

function report(rest: Partial<Tuning> = {}): string {
  return tuneReport({ tuning: { ...TUNING, ...rest }, dir: null, colour: false });
}

it('names the value and what fails beside it, and shows what each value costs and what live runs made of it', () => {
  const text = report();
  expect(text.replaceAll(/\s+/g, ' ')).toContain(
    'Take tokens.refresh.jitter.uniform=5s: the smallest value that meets the thresholds, with its one seed; 0s does ' +
      'not: 0 of 1 passed (peak(attempts) < 75/s).',
  );
  expect(text).toMatch(/^value +passed +attempts$/m);
  expect(text).toMatch(/^5s \* +1 of 1 +70\/s$/m);
  expect(text).toContain('live run at 5s: pass, as simulated');
  expect(text).toContain('live run at 0s: not run (simulated: fail): not enough[2J descriptors');
});

it('says so when nothing was found, or was looked for no longer', () => {
  const none = { found: null, milder: null, live: [] };
  expect(report(none)).toContain('No value of tokens.refresh.jitter.uniform from 0s to 10s');
  expect(report({ ...none, ended: 'interrupted' })).toContain('Interrupted: whether a value');
});

it('warns of values beyond that fail again', () => {
  expect(report({ islands: ['8s', '10s'] })).toContain('not at 8s, 10s');
});
