import type { Summary } from '../../results/summary.ts';
import { A_PASS } from '../../threshold/expectation.ts';
import type { BatchRow } from '../text/batch.ts';
import { expectationText } from '../text/verdict.ts';
import { runCase, suiteOf } from './run.ts';
import { junitXml, mishapOf, type Suite, type TestCase } from './suite.ts';

/**
 * Many scenarios as JUnit XML, a suite for each. A test case compares with the expectation: a threshold that fails as
 * expected passes, and one that holds against the expectation fails.
 */
export function junitBatch(rows: readonly BatchRow[]): string {
  return junitXml(rows.map(suiteOfRow));
}

function suiteOfRow({ scenario, summary, outcome, reason }: BatchRow): Suite {
  if (summary !== null) return { ...suiteOf(summary), cases: expectedCases(summary) };
  const mishap = outcome === 'skipped' ? 'skipped' : mishapOf(true, outcome, reason ?? outcome);
  const cases = [{ name: 'the run', seconds: 0, mishap } as const];
  return { name: scenario, startedAt: new Date(0).toISOString(), seconds: 0, properties: { outcome }, cases };
}

function expectedCases(summary: Summary): readonly TestCase[] {
  const { verdict, thresholds } = summary;
  const expectation = summary.expectation ?? A_PASS;
  const expected = `expected: ${expectationText(expectation)}`;
  // An inconclusive verdict may be the expected one.
  const open = verdict === 'inconclusive' && expectation.verdict !== 'inconclusive';
  const run = runCase(summary);
  const broken = run.mishap ?? mishapOf(open, 'not as expected', `the verdict is ${verdict}; ${expected}`);
  return [
    { ...run, mishap: verdict === expectation.verdict ? null : broken },
    ...thresholds.map(({ expression, ok, text }): TestCase => {
      const met = expectation.because.includes(expression) === (ok !== true);
      const mishap = met ? null : mishapOf(open, 'not as expected', `${expression}: ${text}; ${expected}`);
      return { name: expression, seconds: 0, mishap };
    }),
  ];
}
