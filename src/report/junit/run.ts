import type { Summary } from '../../results/summary.ts';
import { otherReasons } from '../reasons.ts';
import { measuredText, thresholdOutcome } from '../threshold-words.ts';
import { junitXml, mishapOf, type Suite, type TestCase } from './suite.ts';

type Threshold = Summary['thresholds'][number];

/**
 * A run as JUnit XML: a suite for the run; in it a test case for the run itself, then one for each threshold. A
 * threshold that does not hold is a failure. An inconclusive result (no data, a threshold that squall's own lateness or
 * missed clients leave open) is an error, and so is every failure of an inconclusive run.
 */
export function junitReport(summary: Summary): string {
  const cases = [runCase(summary), ...summary.thresholds.map((threshold) => thresholdCase(threshold, summary))];
  return junitXml([{ ...suiteOf(summary), cases }]);
}

/** The suite of a run, without its cases. */
export function suiteOf(summary: Summary): Omit<Suite, 'cases'> {
  const { scenario, startedAt, durationMs, version, seed, world, verdict, ended, notes } = summary;
  const properties = { squall: version, seed, world, verdict, ended };
  const output = notes.map((note) => `note: ${note}`);
  return { name: scenario, startedAt, seconds: durationMs / 1000, properties, output };
}

/** True for a run with a conclusive verdict. */
export function runCase(summary: Summary): TestCase {
  const { verdict, durationMs } = summary;
  const message = otherReasons(summary).join('; ');
  return {
    name: 'the run',
    seconds: durationMs / 1000,
    mishap: message === '' ? null : mishapOf(verdict === 'inconclusive', verdict, message),
  };
}

function thresholdCase(threshold: Threshold, { verdict }: Summary): TestCase {
  const { expression, ok } = threshold;
  if (ok === true) return { name: expression, seconds: 0, mishap: null };
  const open = ok === null || verdict === 'inconclusive';
  const type = ok === null ? thresholdOutcome(threshold) : verdict;
  return { name: expression, seconds: 0, mishap: mishapOf(open, type, `${expression}: ${measuredText(threshold)}`) };
}
