import { triedOf, type Tuning } from '../compare/tuning.ts';
import { FORMAT } from '../results/stamp.ts';

const FIGURES = {
  peakAttemptsPerSecond: 0,
  storms: 1,
  spikeFactor: 20,
  t95RecoveryMs: 1500,
  amplification: 1,
  downtimeClientSeconds: 4,
  lockedOut: 0,
  peakRefreshesPerSecond: 40,
  wasted: 0,
  lost: 0,
  duplicated: 0,
  exposureMs: 0,
  p99HandshakeMs: 9,
  p99RecoveryMs: 9,
};

function tried(value: string, size: number, verdict: 'pass' | 'fail', peak: number) {
  const ok = verdict === 'pass';
  const evaluated = {
    expression: 'peak(attempts) < 75/s',
    value: peak,
    intended: null,
    ok,
    text: `${peak}/s`,
    open: null,
  };
  const thresholds = [evaluated];
  const figures = { ...FIGURES, peakAttemptsPerSecond: peak };
  return triedOf(value, size, [{ seed: 1, verdict, reasons: [], figures, thresholds }]);
}

/** A handwritten tuning that finds 5 s, and has control characters of a remote in a reason. */
export const TUNED: Tuning = {
  kind: 'tuning',
  format: FORMAT,
  version: '0.0.0',
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
