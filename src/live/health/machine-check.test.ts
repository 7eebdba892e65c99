import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../threshold/load-scenario.ts';
import { checkMachine, planWorkers } from './machine-check.ts';
import { readMachineLimits } from './machine-limits.ts';
import type { MachineLimits } from './preflight.ts';

function scenarioOf(count: number, generator = '{}') {
  return parseScenario(`{ duration: 60s, clients: { count: ${count} }, generator: ${generator} }`, 'x.yaml');
}

/** A machine on which a process may open 20,000 descriptors. */
function machine(cores: number): MachineLimits {
  return {
    descriptorsSoft: 20_000,
    descriptorsHard: 20_000,
    ports: { low: 32_768, high: 60_999 },
    somaxconn: 4096,
    cores,
    availableBytes: 64 * 1024 ** 3,
  };
}

describe('the workers of a run', () => {
  test.each([
    ['one thread for a small run', 10, '{}', 16, 'thread', 1],
    ['one for as many clients as one holds', 500, '{}', 16, 'thread', 1],
    ['two for one more', 501, '{}', 16, 'thread', 2],
    ['no more than leave a core to the others', 10_000, '{}', 4, 'thread', 3],
    ['one on a machine with one core', 10_000, '{}', 1, 'thread', 1],
    ['as many as the scenario says, whatever the cores', 900, '{ workers: 4 }', 1, 'thread', 4],
    ['never more than clients', 3, '{ workers: 8 }', 16, 'thread', 3],
    ['threads as long as one process opens enough sockets', 15_900, '{}', 2, 'thread', 1],
    ['processes beyond that, so many that each opens enough', 60_000, '{}', 2, 'process', 4],
    ['processes that use the cores', 60_000, '{}', 16, 'process', 15],
    ['processes where the scenario says so', 10, '{ workerType: process, workers: 2 }', 16, 'process', 2],
    ['threads where the scenario says so', 60_000, '{ workerType: thread }', 2, 'thread', 1],
  ] as const)('are %s', (_, clients, generator, cores, type, count) => {
    expect(planWorkers(scenarioOf(clients, generator), machine(cores))).toEqual({ type, count });
  });
});

describe('this machine', () => {
  test('holds a client', () => {
    expect(() => checkMachine(scenarioOf(1), { type: 'thread', count: 1 }, readMachineLimits())).not.toThrow();
  });

  test('does not hold more clients than there are ports, and says what would help', () => {
    expect(() => checkMachine(scenarioOf(200_000), { type: 'thread', count: 1 }, readMachineLimits())).toThrow(
      expect.objectContaining({ name: 'RunRefused', code: 'does-not-fit', fix: expect.stringMatching(/\S/) as string }),
    );
  });
});
