import { workersFor } from '../live/health/machine-check.ts';
import {
  clientsPerProcess,
  preflight,
  roomFor,
  smallestOf,
  type Demand,
  type MachineLimits,
  type Room,
  type Shortfall,
  type WorkerPlan,
} from '../live/health/preflight.ts';
import { MAX_EMBEDDED_GATEWAYS, MAX_WORKERS } from '../scenario/limits.ts';
import { isNodeNewEnough, NODE_NEEDED } from './terminal/node-version.ts';

/** A limit in JSON; null when the system does not report it. */
type Limit = number | 'unlimited' | null;

/** The output of `squall doctor --json`. */
export interface MachineReport {
  readonly clients: number;
  /** true if that many clients fit and Node is new enough */
  readonly ok: boolean;
  /** workers that would hold them */
  readonly workers: WorkerPlan;
  /** gateways that an embedded target would need for them */
  readonly gateways: number;
  /** descriptors and ports with the largest number of worker processes and gateways, memory with the number above */
  readonly fits: Room & { readonly clients: number };
  readonly descriptors: { readonly soft: Limit; readonly hard: Limit };
  readonly ports: MachineLimits['ports'];
  readonly somaxconn: number | null;
  readonly cores: number;
  readonly availableBytes: number;
  readonly node: { readonly version: string; readonly needed: string; readonly ok: boolean };
  readonly shortfalls: readonly Shortfall[];
}

/** Compares the demand of a number of clients, with the embedded target beside them, with the limits of this machine. */
export function machineReport(clients: number, limits: MachineLimits, nodeVersion: string): MachineReport {
  const { type, count } = workersFor(clients, limits);
  const gateways = Math.ceil(clients / Math.max(1, clientsPerProcess(limits)));
  const demand: Demand = {
    clients,
    workers: count,
    workerType: type,
    gateways: Math.min(MAX_EMBEDDED_GATEWAYS, Math.max(1, gateways)),
    commands: 0,
  };
  const most: Demand = { ...demand, workers: MAX_WORKERS, workerType: 'process', gateways: MAX_EMBEDDED_GATEWAYS };
  // Each worker process takes memory of its own.
  const fits: Room = { ...roomFor(most, limits), memory: roomFor(demand, limits).memory };
  const shortfalls = preflight(demand, limits);
  const node = { version: nodeVersion, needed: NODE_NEEDED, ok: isNodeNewEnough(nodeVersion) };
  return {
    clients,
    ok: node.ok && shortfalls.every(({ severity }) => severity === 'warn'),
    workers: { type, count },
    gateways: demand.gateways,
    fits: { clients: smallestOf(fits), ...fits },
    descriptors: { soft: inJson(limits.descriptorsSoft), hard: inJson(limits.descriptorsHard) },
    ports: limits.ports,
    somaxconn: limits.somaxconn,
    cores: limits.cores,
    availableBytes: limits.availableBytes,
    node,
    shortfalls,
  };
}

/** The report as text; lines have at most 80 columns, except for commands. */
export function machineText(report: MachineReport): string {
  const { fits, ports, node, descriptors } = report;
  const rows: [string, string][] = [
    ['Node', `${node.version}${node.ok ? '' : ` (too old: ${node.needed} or later is needed)`}`],
    ['cores', String(report.cores)],
    [
      'descriptors',
      `${descriptors.soft ?? 'unknown'} soft, ${descriptors.hard ?? 'unknown'} hard, for each process${roomText(fits.descriptors)}`,
    ],
    ['ports', ports === null ? 'unknown' : `${ports.low}-${ports.high} for each source address${roomText(fits.ports)}`],
    ['memory', `${Math.floor(report.availableBytes / 1024 ** 2)} MiB free${roomText(fits.memory)}`],
    ['somaxconn', String(report.somaxconn ?? 'unknown')],
  ];
  const lines = rows.map(([label, value]) => `${label.padEnd(12)} ${value}`);
  const { workers, gateways } = report;
  const verdict = [
    `${report.clients} clients ${report.ok ? 'fit' : 'do not fit'}; at most ${fits.clients} would, with the embedded target.`,
    `They take ${counted(workers.count, workers.type === 'thread' ? 'worker thread' : 'worker process')}, and ${counted(gateways, 'embedded gateway')}.`,
  ].join('\n');
  const mending = report.shortfalls.flatMap(({ severity, message, fix }) => [
    `${severity === 'refuse' ? 'too little' : 'warning'}: ${message}`,
    `  ${fix}`,
  ]);
  return [...lines, '', verdict, ...mending].join('\n');
}

function counted(n: number, what: string): string {
  return `${n} ${n === 1 ? what : what.endsWith('s') ? `${what}es` : `${what}s`}`;
}

function inJson(limit: number | null): Limit {
  return limit === Infinity ? 'unlimited' : limit;
}

function roomText(clients: number | null): string {
  return clients === null || clients === Infinity ? '' : `: room for ${clients} clients`;
}
