import {
  clientsThatFit,
  preflight,
  roomFor,
  type Demand,
  type MachineLimits,
  type Room,
  type Shortfall,
} from '../live/preflight.ts';
import { isNodeNewEnough, NODE_NEEDED } from './node-version.ts';

/** A limit in JSON; null when the system does not report it. */
type Limit = number | 'unlimited' | null;

/** The output of `squall doctor --json`. */
export interface MachineReport {
  readonly clients: number;
  /** true if that many clients fit and Node is new enough */
  readonly ok: boolean;
  readonly fits: Room & { readonly clients: number };
  readonly descriptors: { readonly soft: Limit; readonly hard: Limit };
  readonly ports: MachineLimits['ports'];
  readonly somaxconn: number | null;
  readonly cores: number;
  readonly availableBytes: number;
  readonly node: { readonly version: string; readonly needed: string; readonly ok: boolean };
  readonly shortfalls: readonly Shortfall[];
}

/** Compares a demand with the limits of this machine. */
export function machineReport(demand: Demand, limits: MachineLimits, nodeVersion: string): MachineReport {
  const shortfalls = preflight(demand, limits);
  const node = { version: nodeVersion, needed: NODE_NEEDED, ok: isNodeNewEnough(nodeVersion) };
  return {
    clients: demand.clients,
    ok: node.ok && shortfalls.every(({ severity }) => severity === 'warn'),
    fits: { clients: clientsThatFit(demand, limits), ...roomFor(demand, limits) },
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
      `${descriptors.soft ?? 'unknown'} soft, ${descriptors.hard ?? 'unknown'} hard${roomText(fits.descriptors)}`,
    ],
    ['ports', ports === null ? 'unknown' : `${ports.low}-${ports.high} for each source address${roomText(fits.ports)}`],
    ['memory', `${Math.floor(report.availableBytes / 1024 ** 2)} MiB free${roomText(fits.memory)}`],
    ['somaxconn', String(report.somaxconn ?? 'unknown')],
  ];
  const lines = rows.map(([label, value]) => `${label.padEnd(12)} ${value}`);
  const verdict = `${report.clients} clients ${report.ok ? 'fit' : 'do not fit'}; at most ${fits.clients} would, with the embedded target.`;
  const mending = report.shortfalls.flatMap(({ severity, message, fix }) => [
    `${severity === 'refuse' ? 'too little' : 'warning'}: ${message}`,
    `  ${fix}`,
  ]);
  return [...lines, '', verdict, ...mending].join('\n');
}

function inJson(limit: number | null): Limit {
  return limit === Infinity ? 'unlimited' : limit;
}

function roomText(clients: number | null): string {
  return clients === null || clients === Infinity ? '' : `: room for ${clients} clients`;
}
