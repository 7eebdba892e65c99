import type { Comparison, ComparisonTest, SettingCompared, Span } from '../compare/comparison.ts';
import { byName } from '../compare/comparable-figures.ts';
import { FORMAT } from '../results/stamp.ts';
import type { ComparedName } from '../storm/figures.ts';

/** A figure that no run had. */
const NO_SPAN: Span = { runs: 0, median: null, low: null, high: null };

/** A result of an eighth of the first setting's value, in six of six pairs. */
export const BETTER: ComparisonTest = {
  by: 'ratio',
  value: 0.125,
  low: 0.1,
  high: 0.15,
  p: 0.03125,
  adjustedP: 0.03125,
  evidence: 'better',
  intended: null,
};

/** A handwritten setting of a comparison: six passed runs with the given figures. */
export function settingOf(
  value: string,
  figures: Partial<SettingCompared['figures']>,
  rest: Partial<SettingCompared> = {},
): SettingCompared {
  return {
    varied: [{ path: 'tokens.refresh.jitter.uniform', value }],
    runs: { done: 6, conclusive: 6, open: 0, passed: 6, lockedOut: 0 },
    leftOut: [],
    figures: byName((name) => figures[name] ?? NO_SPAN),
    intended: null,
    against: null,
    thresholds: [],
    unbeaten: true,
    folders: [],
    ...rest,
  };
}

/** A setting's results against the first setting, for the given figures. */
export function againstFirst(tests: Partial<Record<ComparedName, ComparisonTest>>): SettingCompared['against'] {
  return byName((name) => tests[name] ?? null);
}

/** A handwritten comparison of six pairs of live runs. */
export function comparisonOf(settings: readonly SettingCompared[], rest: Partial<Comparison> = {}): Comparison {
  return {
    kind: 'comparison',
    format: FORMAT,
    version: '0.0.0',
    scenario: 'storm',
    scenarioDescription: '',
    world: 'live',
    design: 'paired',
    level: 0.05,
    pairs: 6,
    needs: 6,
    seed: 1,
    ended: 'completed',
    conclusive: true,
    settings: [...settings],
    tests: { made: 1, evident: 1 },
    recommendation: { setting: 2, text: 'Take jitter=10s: it meets the thresholds.' },
    ...rest,
  };
}
