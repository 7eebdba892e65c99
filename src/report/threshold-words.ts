import type { Summary } from '../results/summary.ts';
import { openText } from '../threshold/open-text.ts';

type Threshold = Summary['thresholds'][number];

/** The outcome of a threshold: decided, open although it was measured, or without data. */
export type ThresholdOutcome = 'passed' | 'failed' | 'open' | 'no data';

export function thresholdOutcome({ ok, open }: Pick<Threshold, 'ok' | 'open'>): ThresholdOutcome {
  if (ok !== null) return ok ? 'passed' : 'failed';
  return open === null ? 'no data' : 'open';
}

/** The measured value in words, in both views where they differ visibly, and why the threshold is open if it is. */
export function measuredText({ text, open }: Pick<Threshold, 'text' | 'open'>): string {
  return open === null ? text : `${text}; ${openText(open)}`;
}
