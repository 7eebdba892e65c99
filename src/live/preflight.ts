import { MAX_REMEMBERED_COMMANDS } from '../embedded/protocol.ts';

/** Limits of a process on this machine; null: the operating system does not report it. */
export interface MachineLimits {
  readonly descriptorsSoft: number | null;
  readonly descriptorsHard: number | null;
  /** first and last ephemeral port, inclusive */
  readonly ports: { readonly low: number; readonly high: number } | null;
  /** longest queue of connections that the kernel holds for a listener */
  readonly somaxconn: number | null;
  readonly cores: number;
  /** memory available to this process, within cgroup limits, bytes */
  readonly availableBytes: number;
}

/** Demand of a run on the machine. */
export interface Demand {
  readonly clients: number;
  /** load worker threads; they share the process, and so its descriptors */
  readonly workers: number;
  /** whether the embedded target runs on the same machine */
  readonly embedded: boolean;
  /** commands that come due in the whole run */
  readonly commands: number;
}

/** A limit that is too low or nearly too low for the run. */
export interface Shortfall {
  readonly limit: 'descriptors' | 'ports' | 'memory' | 'backlog' | 'commands';
  /** `refuse`: the run is impossible; `warn`: it may fall short at a peak */
  readonly severity: 'refuse' | 'warn';
  readonly message: string;
  /** shell command that raises the limit, or other advice */
  readonly fix: string;
}

/** Descriptors that squall needs apart from its sockets: standard streams, pipes to the target, epoll, files, modules. */
const DESCRIPTORS_RESERVED = 64;
const DESCRIPTORS_PER_WORKER = 12;

/**
 * Resident memory of one `ws` client and of one connection of the embedded gateway, with room for a storm in which
 * every client has a handshake and a refresh under way. Bytes.
 */
const CLIENT_BYTES = 48 * 1024;
const GATEWAY_CONNECTION_BYTES = 32 * 1024;
const BASE_BYTES = 128 * 1024 * 1024;

/** The backlog that the embedded target asks for. */
const TARGET_BACKLOG = 4096;

/** Number of clients that each limit allows; null: the limit is unknown. */
export interface Room {
  readonly descriptors: number | null;
  /** per source address, since only the source port of a TCP connection varies */
  readonly ports: number | null;
  readonly memory: number;
}

/** @param demand demand of the run, without regard to its number of clients */
export function roomFor(demand: Demand, limits: MachineLimits): Room {
  const { descriptorsSoft, ports, availableBytes } = limits;
  const perClientBytes = CLIENT_BYTES + (demand.embedded ? GATEWAY_CONNECTION_BYTES : 0);
  return {
    descriptors: descriptorsSoft === null ? null : Math.max(0, descriptorsSoft - descriptorsReserved(demand)),
    ports: ports === null ? null : ports.high - ports.low + 1,
    memory: Math.max(0, Math.floor((availableBytes - BASE_BYTES) / perClientBytes)),
  };
}

/** The largest population that all limits allow. */
export function clientsThatFit(demand: Demand, limits: MachineLimits): number {
  const { descriptors, ports, memory } = roomFor(demand, limits);
  return Math.min(descriptors ?? Infinity, ports ?? Infinity, memory);
}

/** Returns the shortfalls of this machine for `demand`, worst first; empty: everything fits. */
export function preflight(demand: Demand, limits: MachineLimits): readonly Shortfall[] {
  const shortfalls = [
    descriptorShortfall(demand, limits),
    portShortfall(demand, limits),
    memoryShortfall(demand, limits),
    backlogShortfall(demand, limits),
    commandShortfall(demand),
  ].filter((shortfall) => shortfall !== null);
  return shortfalls.toSorted((a, b) => Number(a.severity === 'warn') - Number(b.severity === 'warn'));
}

function descriptorsReserved({ workers }: Demand): number {
  return DESCRIPTORS_RESERVED + workers * DESCRIPTORS_PER_WORKER;
}

function descriptorShortfall(demand: Demand, limits: MachineLimits): Shortfall | null {
  const soft = limits.descriptorsSoft;
  if (soft === null) return null;
  const needed = demand.clients + descriptorsReserved(demand);
  // A client that refreshes over a connection of its own holds two sockets for that moment.
  const neededAtPeak = needed + demand.clients;
  if (soft >= neededAtPeak) return null;
  const refused = soft < needed;
  return {
    limit: 'descriptors',
    severity: refused ? 'refuse' : 'warn',
    message: refused
      ? `${demand.clients} clients need ${needed} descriptors; this process may open ${soft}`
      : `if all ${demand.clients} clients refresh at once they need ${neededAtPeak} descriptors; this process may open ${soft}`,
    fix: raiseDescriptors(neededAtPeak, limits.descriptorsHard),
  };
}

function raiseDescriptors(needed: number, hard: number | null): string {
  if (hard === null || hard >= needed) return `ulimit -n ${needed}`;
  return `sudo prlimit --pid $$ --nofile=${needed}:${needed}`;
}

function portShortfall(demand: Demand, limits: MachineLimits): Shortfall | null {
  const room = roomFor(demand, limits).ports;
  if (room === null || limits.ports === null || demand.clients <= room) return null;
  const { low, high } = limits.ports;
  const widest = 65_535 - 1024 + 1;
  return {
    limit: 'ports',
    severity: 'refuse',
    message: `${demand.clients} clients need as many ephemeral ports; one source address has ${room} (${low}-${high})`,
    fix:
      demand.clients <= widest
        ? 'sudo sysctl -w net.ipv4.ip_local_port_range="1024 65535"'
        : `no setting gives one source address more than ${widest} ports: spread the clients over several machines`,
  };
}

function memoryShortfall(demand: Demand, limits: MachineLimits): Shortfall | null {
  const room = roomFor(demand, limits).memory;
  if (demand.clients <= room) return null;
  return {
    limit: 'memory',
    severity: 'refuse',
    message: `${demand.clients} clients do not fit in ${mebibytes(limits.availableBytes)} MiB of free memory; about ${room} would`,
    fix: `run with --set clients.count=${room}, or free memory`,
  };
}

function backlogShortfall(demand: Demand, limits: MachineLimits): Shortfall | null {
  const wanted = Math.min(TARGET_BACKLOG, demand.clients);
  if (!demand.embedded || limits.somaxconn === null || limits.somaxconn >= wanted) return null;
  return {
    limit: 'backlog',
    severity: 'warn',
    message: `the embedded target asks for a backlog of ${wanted}; the kernel caps it at ${limits.somaxconn}, and a storm will see connections time out`,
    fix: `sudo sysctl -w net.core.somaxconn=${TARGET_BACKLOG}`,
  };
}

/** Returns the shortfall of commands beyond those that the embedded target can remember. */
function commandShortfall({ embedded, commands }: Demand): Shortfall | null {
  if (!embedded || commands <= MAX_REMEMBERED_COMMANDS) return null;
  return {
    limit: 'commands',
    severity: 'refuse',
    message: `${Math.ceil(commands)} commands come due (clients.commands.rate); the embedded target remembers ${MAX_REMEMBERED_COMMANDS}`,
    fix: 'send fewer, shorten the run, or simulate it: squall simulate',
  };
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}
