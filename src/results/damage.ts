import type { Measurements } from '../metrics/measurements.ts';
import { TIMINGS } from '../core/metrics.ts';
import { FILES } from './files.ts';
import type { Summary } from './summary.ts';

/**
 * Contradictions between a finished run's files and its summary, in words: missing or duplicate lines that are not
 * damaged themselves.
 */
export function contradictions(summary: Summary, { elapsedMs, curves, timings }: Measurements): readonly string[] {
  const { durationMs, attempts } = summary;
  const found: string[] = [];
  const check = (file: string, what: string, has: number, said: number): void => {
    if (has !== said) found.push(`${file} holds ${has} ${what}, and ${FILES.summary} says ${said}`);
  };
  check(FILES.timeline, 'ms of the run', Math.round(elapsedMs), durationMs);
  check(FILES.timeline, 'attempts', curves.total('attempts'), attempts.total);
  for (const name of TIMINGS) {
    const { count } = summary.timings[name] ?? timings[name];
    check(FILES.histograms, `values of ${name}`, timings[name].count, count);
  }
  return found;
}
