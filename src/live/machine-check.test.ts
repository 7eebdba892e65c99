import { describe, expect, test } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import { checkMachine, workersFor } from './machine-check.ts';

function scenarioOf(count: number, workers: number | 'auto' = 'auto') {
  return parseScenario(`{ duration: 60s, clients: { count: ${count} }, generator: { workers: ${workers} } }`, 'x.yaml');
}

describe('the number of workers', () => {
  test.each([
    ['one for a small run', 10, 'auto', 16, 1],
    ['one for as many clients as one holds', 500, 'auto', 16, 1],
    ['two for one more', 501, 'auto', 16, 2],
    ['no more than leave a core to the others', 10_000, 'auto', 4, 3],
    ['one on a machine with one core', 10_000, 'auto', 1, 1],
    ['what the scenario says, whatever the cores', 10_000, 4, 1, 4],
    ['never more than clients', 3, 8, 16, 3],
  ] as const)('is %s', (_, count, workers, cores, expected) => {
    expect(workersFor(scenarioOf(count, workers), cores)).toBe(expected);
  });
});

describe('this machine', () => {
  test('holds a client', () => {
    expect(() => checkMachine(scenarioOf(1), 1)).not.toThrow();
  });

  test('does not hold more clients than there are ports, and says what would help', () => {
    expect(() => checkMachine(scenarioOf(200_000), 1)).toThrow(
      expect.objectContaining({ name: 'RunRefused', code: 'does-not-fit', fix: expect.stringMatching(/\S/) as string }),
    );
  });
});
