import { describe, expect, test } from 'vitest';
import { scriptedRun } from '../testing/scripted-run.ts';
import { evaluate } from './evaluate.ts';
import { parseExpression } from './expression.ts';

const run = scriptedRun(100);
const { measurements } = run.advance(run.scenario.durationMs).progress;
const FREE_OF_FAULTS = { lost: 0, duplicated: 0, unexpected: 0, gaveUp: 0 };

function outcome(expression: string, ledger: Partial<typeof measurements.ledger>): boolean | null {
  const counts = { ...measurements.ledger, ...FREE_OF_FAULTS, ...ledger };
  return evaluate(parseExpression(expression), { measurements: { ...measurements, ledger: counts }, storms: [] }).ok;
}

describe('commands of which none was acknowledged', () => {
  test.each(['lost == 0', 'duplicated == 0', 'unexpected == 0', 'failed(commands) == 0'])(
    '%s has no data, and holds as soon as one was',
    (expression) => {
      expect(outcome(expression, { sent: 50, acknowledged: 0, inFlight: 50 })).toBeNull();
      expect(outcome(expression, { sent: 50, acknowledged: 1, inFlight: 49 })).toBe(true);
    },
  );

  test.each(['lost == 0', 'duplicated == 0', 'unexpected == 0', 'failed(commands) == 0'])(
    '%s fails where something is known to have gone wrong',
    (expression) => {
      const wrong = { lost: 3, duplicated: 3, unexpected: 3, gaveUp: 3 };
      expect(outcome(expression, { sent: 50, acknowledged: 0, ...wrong })).toBe(false);
    },
  );
});
