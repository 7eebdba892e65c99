import { clientsThatFit, type MachineLimits } from '../../live/health/preflight.ts';
import type { ClockReading } from '../../scale/messages.ts';
import { whyNot } from '../../scale/known-workers.ts';
import type { ListedWorker } from '../../scale/presence.ts';

/** A clock against the clock of Redis. */
interface Clock {
  /** wall clock minus the clock of Redis, ms */
  readonly aheadMs: number;
  /** most by which that can be wrong, ms */
  readonly errorMs: number;
}

/** A worker in the output of `squall doctor --on … --json`. */
interface ReportedWorker {
  readonly id: string;
  readonly host: string;
  readonly squall: string;
  readonly node: string;
  readonly slots: number;
  readonly free: number;
  /** clients that its machine can hold in all its slots together */
  readonly clients: number;
  readonly clock: Clock;
  /** comparison of its SQUALL_KEY with the key of this process; `unknown`: this process has none */
  readonly key: 'same' | 'another' | 'unknown';
  /** why no run of this squall uses it; null: it is used */
  readonly refused: string | null;
}

/** The output of `squall doctor --on … --json`. */
export interface WorkersReport {
  /** URL of Redis, without credentials */
  readonly redis: string;
  readonly squall: string;
  readonly clock: Clock;
  readonly slotsWanted: number;
  /** clients asked for; null: any number */
  readonly clientsWanted: number | null;
  /** sums over the workers that are not refused */
  readonly slots: number;
  readonly free: number;
  readonly clients: number;
  readonly ok: boolean;
  readonly workers: readonly ReportedWorker[];
}

/** What the workers are held against. */
export interface Here {
  readonly redis: string;
  readonly squall: string;
  readonly clock: ClockReading;
  readonly aheadMs: number;
  /** null: this process has no key */
  readonly keyFingerprint: string | null;
  readonly slotsWanted: number;
  readonly clientsWanted: number | null;
}

/** Compares the workers on a Redis with this squall, and sums up what they can hold. */
export function workersReport(here: Here, listed: readonly ListedWorker[]): WorkersReport {
  const workers = listed.map((worker) => reported(here, worker));
  const usable = workers.filter(({ refused }) => refused === null);
  const sum = (figure: 'slots' | 'free'): number => usable.reduce((total, each) => total + each[figure], 0);
  const { redis, squall, clock, aheadMs, slotsWanted, clientsWanted } = here;
  const free = sum('free');
  const clients = roomOnMachines(listed.filter((_, index) => workers[index]?.refused === null));
  return {
    redis,
    squall,
    clock: { aheadMs, errorMs: clock.errorMs },
    slotsWanted,
    clientsWanted,
    slots: sum('slots'),
    free,
    clients,
    ok: free >= slotsWanted && clients >= (clientsWanted ?? 0),
    workers,
  };
}

function reported(here: Here, worker: ListedWorker): ReportedWorker {
  const { id, host, squall, node, slots, free, limits, clock, wallAheadMs } = worker;
  const key =
    here.keyFingerprint === null ? 'unknown' : here.keyFingerprint === worker.keyFingerprint ? 'same' : 'another';
  const refused = whyNot(worker, {
    squall: here.squall,
    keyFingerprint: here.keyFingerprint ?? worker.keyFingerprint,
  });
  return {
    id,
    host,
    squall,
    node,
    slots,
    free,
    clients: roomOf(slots, limits),
    clock: { aheadMs: wallAheadMs, errorMs: clock.errorMs },
    key,
    refused,
  };
}

/** Clients that a machine can hold in these slots, each a process. */
function roomOf(slots: number, limits: MachineLimits): number {
  return clientsThatFit({ clients: 0, workers: slots, workerType: 'process', gateways: 0, commands: 0 }, limits);
}

/** Clients that all machines can hold; workers on one machine share its memory, of which the first one has seen most free. */
function roomOnMachines(workers: readonly ListedWorker[]): number {
  const machines = new Map<string, { readonly slots: number; readonly limits: MachineLimits }>();
  for (const { loopback, slots, limits } of workers) {
    const other = machines.get(loopback);
    const isRoomier = other === undefined || limits.availableBytes > other.limits.availableBytes;
    machines.set(loopback, { slots: slots + (other?.slots ?? 0), limits: isRoomier ? limits : other.limits });
  }
  return [...machines.values()].reduce((sum, { slots, limits }) => sum + roomOf(slots, limits), 0);
}

const HEADINGS = ['host', 'squall', 'Node', 'free', 'clients', 'clock', ''] as const;

/** The report as text: a line for each worker, and what there is in sum. */
export function workersText(report: WorkersReport): string {
  const { workers, free, slots, clients, slotsWanted, clientsWanted, clock } = report;
  const rows = [HEADINGS, ...workers.map((worker) => cellsOf(worker))];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const missing = [
    ...(free < slotsWanted
      ? [`too little: ${slotsWanted} free slots are asked for`, '  start more: squall worker redis://… (--slots N)']
      : []),
    ...(clients < (clientsWanted ?? 0)
      ? [`too little: ${clientsWanted} clients are asked for`, '  start workers on more machines']
      : []),
  ];
  const keys = workers.some(({ key }) => key === 'unknown') ? ['Keys are not compared: SQUALL_KEY is not set.'] : [];
  return [
    `Redis at ${report.redis} answers; the clock of this machine is ${clockText(clock)} of it.`,
    '',
    ...(workers.length === 0 ? [] : [...table, '']),
    `${counted(workers.length, 'worker')}, ${free} of ${counted(slots, 'slot')} free, room for ${clients} clients.`,
    ...keys,
    ...missing,
  ].join('\n');
}

function cellsOf({ host, squall, node, free, slots, clients, clock, refused }: ReportedWorker): readonly string[] {
  const state = refused === null ? '' : `refused: ${refused}`;
  return [host, squall, node, `${free}/${slots}`, String(clients), clockText(clock), state];
}

/** @example clockText({ aheadMs: -3000.12, errorMs: 0.2 }) // '3000.1 ms ± 0.2 behind' */
function clockText({ aheadMs, errorMs }: Clock): string {
  return `${Math.abs(aheadMs).toFixed(1)} ms ± ${errorMs.toFixed(1)} ${aheadMs < 0 ? 'behind' : 'ahead'}`;
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}
