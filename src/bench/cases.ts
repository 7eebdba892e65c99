import { hotPaths, type BenchCase, type Figure } from './bench-case.ts';
import { compareClients, compareSecureClients } from './client-cost.ts';
import { drawsBenchmark } from './draws-benchmark.ts';
import { machineBenchmark } from './machine-benchmark.ts';
import { protocolBenchmarks } from './protocol-benchmarks.ts';
import { queueBenchmark } from './queue-benchmark.ts';
import { recorderBenchmarks } from './recorder-benchmarks.ts';
import { compareRefreshes } from './refresh-cost.ts';
import { compareTargets, TARGET_LIMITS, type TargetCost } from './target-cost.ts';

/** Maximum cost of a handshake, as a multiple of an upgrade on bare `net`. */
const NET_LIMIT = 1.35;

/** Maximum cost of a TLS handshake, as a multiple of an upgrade on bare `tls` with one context. */
const TLS_LIMIT = 1.15;

/** Maximum cost of a refresh, as a multiple of a POST request on bare `net`. */
const REFRESH_LIMIT = 1.6;

/** A client of squall against a bare `ws` client and a bare upgrade on `net`, each in a process of its own. */
const CLIENTS: BenchCase = {
  name: 'clients',
  measure: async ({ crowd }) => {
    const { ws, net } = await compareClients(crowd);
    return [
      { what: 'CPU us per handshake', counterpart: 'ws client', cost: ws.cpuUsPerHandshake, limit: 1.15 },
      {
        what: 'resident bytes per idle ready client',
        counterpart: 'ws client',
        cost: ws.residentBytesPerClient,
        limit: 1.5,
      },
      {
        what: 'CPU us per handshake, against sockets',
        counterpart: 'upgrade on bare net',
        cost: net.cpuUsPerHandshake,
        limit: NET_LIMIT,
      },
      {
        what: 'CPU us per connection of a burst, with its close',
        counterpart: 'upgrade on bare net',
        cost: net.cpuUsPerBurstConnection,
        limit: NET_LIMIT,
      },
    ];
  },
};

/** A client of squall over TLS against a bare socket of `tls` that shares a context, each in a process of its own. */
const SECURE_CLIENTS: BenchCase = {
  name: 'tls',
  measure: async ({ crowd }) => {
    const cost = await compareSecureClients(crowd);
    const counterpart = 'upgrade on bare tls';
    return [
      { what: 'CPU us per TLS handshake', counterpart, cost: cost.cpuUsPerHandshake, limit: TLS_LIMIT },
      { what: 'resident bytes per idle ready TLS client', counterpart, cost: cost.residentBytesPerClient },
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

/** The embedded target against what a user would write with the same libraries, each in a process of its own. */
const TARGET: BenchCase = {
  name: 'target',
  measure: async ({ crowd }) => {
    const costs = await compareTargets(crowd);
    const figure = (what: string, counterpart: string, key: keyof TargetCost): Figure => {
      return { what: `embedded target: CPU us per ${what}`, counterpart, cost: costs[key], limit: TARGET_LIMITS[key] };
    };
    return [
      figure('handshake', 'ws with jose', 'handshake'),
      figure('refresh', 'http that signs with jose', 'refresh'),
      figure('refresh', 'http with a fixed answer', 'refreshUnsigned'),
    ];
  },
};

/** All cases of the bench, in the order in which they run. */
export const CASES: readonly BenchCase[] = [
  CLIENTS,
  SECURE_CLIENTS,
  REFRESH,
  TARGET,
  hotPaths('client-event', () => [machineBenchmark()]),
  hotPaths('recorder', recorderBenchmarks),
  hotPaths('queue-10k', () => [queueBenchmark(10_000)]),
  hotPaths('queue-100k', () => [queueBenchmark(100_000)]),
  hotPaths('queue-1m', () => [queueBenchmark(1_000_000)]),
  hotPaths('draws', () => [drawsBenchmark()]),
  hotPaths('protocols', protocolBenchmarks),
];
