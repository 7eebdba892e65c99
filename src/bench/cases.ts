import { hotPaths, type BenchCase, type Figure } from './bench-case.ts';
import { compareClients, type ClientCost } from './client-cost.ts';
import { drawsBenchmark } from './draws-benchmark.ts';
import { machineBenchmark } from './machine-benchmark.ts';
import { protocolBenchmarks } from './protocol-benchmarks.ts';
import { queueBenchmark } from './queue-benchmark.ts';
import { recorderBenchmarks } from './recorder-benchmarks.ts';
import { compareRefreshes } from './refresh-cost.ts';

/** Maximum cost of a squall client, as a multiple of a bare `ws` client. */
const CLIENT_LIMITS: Readonly<Record<keyof ClientCost, number>> = {
  cpuUsPerHandshake: 1.15,
  residentBytesPerClient: 1.5,
};

/** Maximum cost of a refresh, as a multiple of a POST request on bare `net`. */
const REFRESH_LIMIT = 1.6;

/** A client of squall against a bare `ws` client, each in a process of its own. */
const CLIENTS: BenchCase = {
  name: 'clients',
  measure: async ({ crowd }) => {
    const costs = await compareClients(crowd);
    const figure = (what: string, key: keyof ClientCost): Figure => {
      return { what, counterpart: 'ws client', cost: costs[key], limit: CLIENT_LIMITS[key] };
    };
    return [
      figure('CPU us per handshake', 'cpuUsPerHandshake'),
      figure('resident bytes per idle ready client', 'residentBytesPerClient'),
    ];
  },
};

/** A token refresh of squall against a POST request on bare `net`, a TCP connection each. */
const REFRESH: BenchCase = {
  name: 'refresh',
  measure: async ({ crowd }) => [
    {
      what: 'CPU us per refresh',
      counterpart: 'POST on bare net',
      cost: await compareRefreshes(crowd),
      limit: REFRESH_LIMIT,
    },
  ],
};

/** All cases of the bench, in the order in which they run. */
export const CASES: readonly BenchCase[] = [
  CLIENTS,
  REFRESH,
  hotPaths('client-event', () => [machineBenchmark()]),
  hotPaths('recorder', recorderBenchmarks),
  hotPaths('queue-10k', () => [queueBenchmark(10_000)]),
  hotPaths('queue-100k', () => [queueBenchmark(100_000)]),
  hotPaths('queue-1m', () => [queueBenchmark(1_000_000)]),
  hotPaths('draws', () => [drawsBenchmark()]),
  hotPaths('protocols', protocolBenchmarks),
];
