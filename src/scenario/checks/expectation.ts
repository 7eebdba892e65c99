import { type Contradiction, when } from './check.ts';
import type { WrittenScenario } from '../scenario.ts';

/** Expectations that no run could meet. */
export function checkExpectation({ expect, thresholds }: WrittenScenario): readonly Contradiction[] {
  if (expect === null) return [];
  const { verdict, because } = expect;
  return [
    ...when(
      {
        holds: verdict === 'pass' && because.length > 0,
        at: 'expect.because',
        against: 'expect.verdict',
        what: 'nothing fails in a pass',
        fix: 'remove it, or expect a fail',
      },
      {
        holds: verdict === 'fail' && because.length === 0,
        at: 'expect.because',
        against: 'expect.verdict',
        what: 'a run fails by its thresholds alone',
        fix: 'name those that will not hold, each as it stands under thresholds',
      },
    ),
    ...because.flatMap((named, index) =>
      when({
        holds: !thresholds.some(({ expression }) => expression === named),
        at: `expect.because.${index}`,
        against: 'thresholds',
        what: 'none of the thresholds',
        fix: 'write one as it stands there',
      }),
    ),
  ];
}
