import { describe, expect, it } from 'vitest';
import { clientsThatFit, type MachineLimits } from './preflight.ts';
import { coordinatorNeeds, shardNeeds } from './shard-needs.ts';

/** Memory of an idle `squall worker`, bytes. */
const IDLE_WORKER_BYTES = 103 * 2 ** 20;

function limitsWith(availableBytes: number): MachineLimits {
  return { descriptorsSoft: null, descriptorsHard: null, ports: null, somaxconn: null, cores: 1, availableBytes };
}

describe('the needs of a shard', () => {
  it.each([1, 1000, 20_000])('let the worker find that %i clients fit, beside itself', (clients) => {
    const { memoryBytes } = shardNeeds(clients);
    const demand = { clients, workers: 1, workerType: 'process', gateways: 0, commands: 0 } as const;
    expect(clientsThatFit(demand, limitsWith(memoryBytes - IDLE_WORKER_BYTES))).toBeGreaterThanOrEqual(clients);
  });

  it('do not reserve much more than that', () => {
    const { memoryBytes } = shardNeeds(1000);
    const demand = { clients: 1000, workers: 1, workerType: 'process', gateways: 0, commands: 0 } as const;
    expect(clientsThatFit(demand, limitsWith(memoryBytes - 2 * IDLE_WORKER_BYTES))).toBeLessThan(1000);
  });

  it('of the coordinator grow with the number of shards and the length of the run', () => {
    const one = coordinatorNeeds(1, 60_000).memoryBytes;
    expect(coordinatorNeeds(9, 60_000).memoryBytes).toBeGreaterThan(one);
    expect(coordinatorNeeds(1, 3_600_000).memoryBytes).toBeGreaterThan(one);
  });
});
