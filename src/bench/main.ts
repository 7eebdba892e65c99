/**
 * The bench: `npm run bench` prints costs as ratios to a baseline measured in the same run, since ratios are comparable
 * between machines. It exits with 1 when a client costs more than its limit. `--quick` runs everything in a few
 * seconds, only to check that it works.
 */
import { parseArgs } from 'node:util';
import { print } from '../cli/output.ts';
import { compareClients, type ClientCost } from './client-cost.ts';
import { keepResult, type Benchmark } from './benchmark.ts';
import { drawsBenchmark } from './draws-benchmark.ts';
import type { Comparison } from './harness.ts';
import { machineBenchmark } from './machine-benchmark.ts';
import { protocolBenchmarks } from './protocol-benchmarks.ts';
import { queueBenchmark } from './queue-benchmark.ts';
import { recorderBenchmarks } from './recorder-benchmarks.ts';
import { figure, ratioText, table } from './table.ts';

const FULL = {
  crowd: { clients: 4000, rounds: 2 },
  length: { operations: 300_000, rounds: 3 },
  alarms: [10_000, 100_000, 1_000_000],
} as const;
const QUICK = {
  crowd: { clients: 1000, rounds: 1 },
  length: { operations: 10_000, rounds: 1 },
  alarms: [10_000],
} as const;

/** Maximum cost of a squall client, as a multiple of a bare `ws` client. */
const LIMITS: Readonly<Record<keyof ClientCost, number>> = { cpuUsPerHandshake: 1.15, residentBytesPerClient: 1.5 };

const NS_PER_SECOND = 1e9;

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const { crowd, length, alarms } = values.quick ? QUICK : FULL;

/** Benchmarks, each created when it runs, so that a million alarms do not stay in memory during the others. */
const BENCHMARKS: readonly (() => readonly Benchmark[])[] = [
  () => [machineBenchmark()],
  recorderBenchmarks,
  ...alarms.map((n) => () => [queueBenchmark(n)]),
  () => [drawsBenchmark()],
  protocolBenchmarks,
];

print(`One client of squall against one of a bare loop of ws clients, ${crowd.clients} at a time:`);
const costs = await compareClients(crowd);
print(
  table([
    ['', 'squall', 'ws', 'squall/ws (min - max)', 'limit', ''],
    costRow('CPU us per handshake', costs.cpuUsPerHandshake, LIMITS.cpuUsPerHandshake),
    costRow('resident bytes per idle ready client', costs.residentBytesPerClient, LIMITS.residentBytesPerClient),
  ]),
);

print('\nHot paths, each against a plain counterpart:');
const rows = [['', 'ns', 'per second', 'counterpart', 'ns', 'ratio (min - max)']];
for (const make of BENCHMARKS) {
  for (const benchmark of make()) rows.push(benchmarkRow(benchmark, await keepResult(benchmark, length)));
}
print(table(rows));

const over = isOver(costs.cpuUsPerHandshake, LIMITS.cpuUsPerHandshake);
process.exitCode = over || isOver(costs.residentBytesPerClient, LIMITS.residentBytesPerClient) ? 1 : 0;

function isOver({ ratio }: Comparison, limit: number): boolean {
  return ratio.median > limit;
}

function costRow(what: string, cost: Comparison, limit: number): string[] {
  const { a, b, ratio } = cost;
  const verdict = isOver(cost, limit) ? 'over' : 'ok';
  return [what, figure(a.median), figure(b.median), ratioText(ratio), limit.toFixed(2), verdict];
}

function benchmarkRow({ subject, baseline }: Benchmark, { a, b, ratio }: Comparison): string[] {
  const perSecond = figure(NS_PER_SECOND / a.median);
  return [subject, figure(a.median), perSecond, baseline, figure(b.median), ratioText(ratio)];
}
