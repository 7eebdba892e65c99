import { MAX_REMEMBERED_COMMANDS } from '../../embedded/protocol.ts';
import { portRoom } from './source-plan.ts';
import { MAX_EMBEDDED_GATEWAYS, MAX_WORKERS } from '../../scenario/limits.ts';

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

/** Where workers live: threads share one process, and so its descriptors. */
export type WorkerType = 'thread' | 'process';

/** The workers of a run. */
export interface WorkerPlan {
  readonly type: WorkerType;
  readonly count: number;
}

/** Demand of a run on the machine. */
export interface Demand {
  readonly clients: number;
  readonly workers: number;
  readonly workerType: WorkerType;
  /** gateways of an embedded target, each a process on the same machine; 0: the target is foreign */
  readonly gateways: number;
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
/** Resident memory of a worker process without clients, bytes. */
const WORKER_PROCESS_BYTES = 80 * 1024 * 1024;

/** The backlog that the embedded target asks for. */
const TARGET_BACKLOG = 4096;

/** Number of clients that each limit allows; null: the limit is unknown. */
export interface Room {
  readonly descriptors: number | null;
  /** source ports: of one address towards a foreign target, of many loopback addresses towards the embedded one */
  readonly ports: number | null;
  readonly memory: number;
}

/** @param demand demand of the run, without regard to its number of clients */
export function roomFor(demand: Demand, limits: MachineLimits): Room {
  const { descriptorsSoft, ports, availableBytes } = limits;
  const atGateways = demand.gateways > 0 ? demand.gateways * clientsPerProcess(limits) : Infinity;
  return {
    descriptors:
      descriptorsSoft === null
        ? null
        : Math.min(atGateways, processesOf(demand) * Math.max(0, descriptorsSoft - descriptorsReserved(demand))),
    ports: ports === null ? null : portRoom(ports, demand.gateways),
    memory: Math.max(0, Math.floor((availableBytes - baseBytesOf(demand)) / clientBytesOf(demand))),
  };
}

/** Memory that a run takes with all its clients, bytes. */
export function memoryOf(demand: Demand): number {
  return baseBytesOf(demand) + demand.clients * clientBytesOf(demand);
}

function baseBytesOf({ workers, workerType }: Demand): number {
  return BASE_BYTES + (workerType === 'process' ? workers * WORKER_PROCESS_BYTES : 0);
}

function clientBytesOf({ gateways }: Demand): number {
  return CLIENT_BYTES + (gateways > 0 ? GATEWAY_CONNECTION_BYTES : 0);
}

/** The largest population that all limits allow. */
export function clientsThatFit(demand: Demand, limits: MachineLimits): number {
  return smallestOf(roomFor(demand, limits));
}

/** The largest population for which there is room. */
export function smallestOf({ descriptors, ports, memory }: Room): number {
  return Math.min(descriptors ?? Infinity, ports ?? Infinity, memory);
}

/** Returns the shortfalls of this machine for `demand`, worst first; empty: everything fits. */
export function preflight(demand: Demand, limits: MachineLimits): readonly Shortfall[] {
  const shortfalls = [
    descriptorShortfall(demand, limits),
    gatewayShortfall(demand, limits),
    memoryShortfall(demand, limits),
    backlogShortfall(demand, limits),
    commandShortfall(demand),
  ].filter((shortfall) => shortfall !== null);
  return shortfalls.toSorted((a, b) => Number(a.severity === 'warn') - Number(b.severity === 'warn'));
}

/** Clients that one process with a worker, or with a gateway, may hold by its descriptors; Infinity: the limit is unknown. */
export function clientsPerProcess({ descriptorsSoft }: MachineLimits): number {
  const reserved = DESCRIPTORS_RESERVED + DESCRIPTORS_PER_WORKER;
  return descriptorsSoft === null ? Infinity : Math.max(0, descriptorsSoft - reserved);
}

/** Processes among which the clients are divided. */
function processesOf({ workers, workerType }: Demand): number {
  return workerType === 'process' ? Math.max(1, workers) : 1;
}

function descriptorsReserved({ workers, workerType }: Demand): number {
  return DESCRIPTORS_RESERVED + (workerType === 'process' ? 1 : workers) * DESCRIPTORS_PER_WORKER;
}

function descriptorShortfall(demand: Demand, limits: MachineLimits): Shortfall | null {
  const soft = limits.descriptorsSoft;
  if (soft === null) return null;
  const clients = Math.ceil(demand.clients / processesOf(demand));
  const needed = clients + descriptorsReserved(demand);
  // A client that refreshes over a connection of its own holds two sockets for that moment.
  const neededAtPeak = needed + clients;
  if (soft >= neededAtPeak) return null;
  const refused = soft < needed;
  const where = demand.workerType === 'process' ? `${clients} clients of each worker process` : `${clients} clients`;
  const may = demand.workerType === 'process' ? 'a process' : 'this process';
  return {
    limit: 'descriptors',
    severity: refused ? 'refuse' : 'warn',
    message: refused
      ? `${where} need ${needed} descriptors; ${may} may open ${soft}`
      : `if all ${where} refresh at once they need ${neededAtPeak} descriptors; ${may} may open ${soft}`,
    fix:
      (isRaisable(neededAtPeak, limits) ? null : moreProcesses(demand, limits)) ??
      raiseDescriptors(neededAtPeak, limits),
  };
}

/** Advice to divide the clients among more processes; null: no number of them suffices. */
function moreProcesses(demand: Demand, limits: MachineLimits): string | null {
  const processes = Math.ceil((2 * demand.clients) / Math.max(1, clientsPerProcess(limits)));
  if (processes > MAX_WORKERS) return null;
  return `--set generator.workerType=process --set generator.workers=${processes}`;
}

function gatewayShortfall({ clients, gateways }: Demand, limits: MachineLimits): Shortfall | null {
  const most = clientsPerProcess(limits);
  if (gateways === 0 || clients <= gateways * most) return null;
  const needed = Math.ceil(clients / gateways) + DESCRIPTORS_RESERVED;
  const enough = Math.ceil(clients / Math.max(1, most));
  const isOnlyGateways = !isRaisable(needed, limits) && enough <= MAX_EMBEDDED_GATEWAYS;
  return {
    limit: 'descriptors',
    severity: 'refuse',
    message: `the connections of each embedded gateway need ${needed} descriptors; its process may open ${limits.descriptorsSoft}`,
    fix: isOnlyGateways ? `--set target.embedded.gateways=${enough}` : raiseDescriptors(needed, limits),
  };
}

function isRaisable(needed: number, { descriptorsHard }: MachineLimits): boolean {
  return descriptorsHard === null || descriptorsHard >= needed;
}

function raiseDescriptors(needed: number, limits: MachineLimits): string {
  if (isRaisable(needed, limits)) return `ulimit -n ${needed}`;
  return `sudo prlimit --pid $$ --nofile=${needed}:${needed}`;
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
  if (demand.gateways === 0 || limits.somaxconn === null || limits.somaxconn >= wanted) return null;
  return {
    limit: 'backlog',
    severity: 'warn',
    message: `the embedded target asks for a backlog of ${wanted}; the kernel caps it at ${limits.somaxconn}, and a storm will see connections time out`,
    fix: `sudo sysctl -w net.core.somaxconn=${TARGET_BACKLOG}`,
  };
}

/** Returns the shortfall of commands beyond those that the embedded target can remember. */
function commandShortfall({ gateways, commands }: Demand): Shortfall | null {
  if (gateways === 0 || commands <= MAX_REMEMBERED_COMMANDS) return null;
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
