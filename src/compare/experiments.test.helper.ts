import { COMPARED } from '../storm/figures.ts';
import type { RunVerdict } from '../threshold/run-verdict.ts';
import type { ComparedRun } from './compare-runs.ts';

type Verdict = RunVerdict['verdict'];

/** A run with the given figures only. */
export function runOf(
  round: number,
  figures: Partial<ComparedRun['figures']>,
  verdict: Verdict = 'pass',
  thresholds: ComparedRun['thresholds'] = [],
): ComparedRun {
  const reasons = verdict === 'inconclusive' ? ['the generator was saturated'] : [];
  return {
    seed: 1 + round,
    verdict,
    reasons,
    figures: { ...NO_FIGURES, ...figures },
    intended: null,
    isOpen: false,
    thresholds,
    round,
    folder: null,
  };
}

const NO_FIGURES: ComparedRun['figures'] = {
  peakAttemptsPerSecond: null,
  storms: null,
  spikeFactor: null,
  t95RecoveryMs: null,
  amplification: null,
  downtimeClientSeconds: null,
  lockedOut: null,
  peakRefreshesPerSecond: null,
  wasted: null,
  lost: null,
  duplicated: null,
  exposureMs: null,
  p99HandshakeMs: null,
  p99RecoveryMs: null,
};

/** Uniform draws in (0, 1), the same each time (mulberry32). */
export function drawsFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
}

/** A standard normal draw (Box and Muller, 1958). */
export function normal(draw: () => number): number {
  return Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());
}

/** Independent normal figures of a run; `deviation` is a share of the mean. */
export function figuresAbout(mean: number, deviation: number, draw: () => number): ComparedRun['figures'] {
  const all = COMPARED.map((name) => [name, mean * (1 + deviation * normal(draw))] as const);
  return { ...NO_FIGURES, ...Object.fromEntries(all) };
}
