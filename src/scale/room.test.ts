import { expect, test } from 'vitest';
import type { MachineLimits } from '../live/health/preflight.ts';
import { shortfallsOf, type Loaded } from './room.ts';

const GIB = 1024 ** 3;

/** A worker with two shards at most in a GiB: 128 MiB, and 80 MiB and 48 KiB for each shard and client. */
function worker(shards: number, availableBytes = GIB, descriptors = 20_000): Loaded {
  const limits: MachineLimits = {
    descriptorsSoft: descriptors,
    descriptorsHard: descriptors,
    ports: null,
    somaxconn: null,
    cores: 4,
    availableBytes,
  };
  return { limits, held: { shards, clients: shards * 6000 } };
}

const RUN = { gateways: [{ address: '192.0.2.7' }], localAddresses: [], shards: 4, clients: 6000 };

const refusals = (own: Loaded, ...others: readonly Loaded[]): readonly string[] =>
  shortfallsOf(own, RUN, others)
    .filter(({ severity }) => severity === 'refuse')
    .map(({ limit }) => limit);

test('a worker holds what its own memory has room for, whatever the others see', () => {
  expect(refusals(worker(2))).toEqual([]);
  expect(refusals(worker(3))).toEqual(['memory']);
  expect(refusals(worker(3), worker(0, 4 * GIB))).toEqual(['memory']);
});

test('the workers of a machine share its memory, of which one that came later has seen less', () => {
  expect(refusals(worker(1), worker(1))).toEqual([]);
  expect(refusals(worker(1), worker(2))).toEqual(['memory']);
  expect(refusals(worker(1, GIB / 2), worker(1))).toEqual([]);
  expect(refusals(worker(1, GIB / 2), worker(2, 4 * GIB))).toEqual([]);
});

test('each shard has descriptors of its own', () => {
  expect(refusals(worker(2, GIB, 6076))).toEqual([]);
  expect(refusals(worker(1, GIB, 6075))).toEqual(['descriptors']);
});
