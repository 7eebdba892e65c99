/**
 * A child process that holds only clients: `node --expose-gc clients.js squall|ws|net URL CLIENTS` measures their cost,
 * sends it to its parent in one message, and exits.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientCost } from './client-cost.ts';
import { NetClients } from './net-clients.ts';
import { ARRIVALS_PER_SECOND, BURST_PER_SECOND, type Population } from './population.ts';
import { SquallClients } from './squall-clients.ts';
import { WsClients } from './ws-clients.ts';

/**
 * Number of clients connected first and held during the memory measurement. A burst makes V8 grow its young generation
 * by about 20 MB, which would otherwise count as memory of the clients.
 */
const BALLAST_CLIENTS = 1000;
const POLL_MS = 20;
/** Maximum time to connect or close all clients, ms. */
const TIMEOUT_MS = 30_000;
/** Number of garbage collections after which V8 has released the memory of the arrivals. */
const COLLECTIONS = 3;

const [, , make, url = '', count] = process.argv;
const clients = Number(count);
const POPULATIONS: Readonly<Record<string, () => Population>> = {
  squall: () => new SquallClients(),
  ws: () => new WsClients(),
  net: () => new NetClients(),
};

// The process ends with its parent.
process.once('disconnect', () => process.exit());
process.send?.(await measure());
process.disconnect();

function makePopulation(): Population {
  const known = POPULATIONS[make ?? ''];
  if (known === undefined) throw new Error(`${make}: no clients of the bench`);
  return known();
}

async function measure(): Promise<ClientCost> {
  const [ballast, counted, timed, burst] = [makePopulation(), makePopulation(), makePopulation(), makePopulation()];
  await connect(ballast, BALLAST_CLIENTS);
  const residentBefore = await residentBytes();
  await connect(counted, clients);
  const residentBytesPerClient = ((await residentBytes()) - residentBefore) / clients;
  await close(ballast, counted);
  // The code is warm by now, as during a storm.
  const cpuUsPerHandshake = (await connect(timed, clients)) / clients;
  await close(timed);
  const cpuUsPerBurstConnection = ((await connect(burst, clients, BURST_PER_SECOND)) + (await close(burst))) / clients;
  return { cpuUsPerHandshake, cpuUsPerBurstConnection, residentBytesPerClient };
}

/** @returns the CPU time of this process from the first attempt until all are ready, in microseconds */
async function connect(population: Population, wanted: number, perSecond = ARRIVALS_PER_SECOND): Promise<number> {
  await population.begin(url, wanted, perSecond);
  const before = process.cpuUsage();
  await until(
    () => population.ready === wanted,
    () => `${population.ready} of ${wanted} clients became ready`,
  );
  return cpuUsSince(before);
}

/** @returns the CPU time of this process until all sockets are gone, in microseconds */
async function close(...populations: readonly Population[]): Promise<number> {
  const before = process.cpuUsage();
  for (const population of populations) await population.end();
  await until(
    () => openSockets() === 0,
    () => `${openSockets()} sockets did not close`,
  );
  return cpuUsSince(before);
}

function cpuUsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;
}

/** Resident memory after garbage collection, bytes. */
async function residentBytes(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('clients.js needs node --expose-gc');
  for (let n = 0; n < COLLECTIONS; n++) {
    await sleep(POLL_MS);
    globalThis.gc();
  }
  return process.memoryUsage.rss();
}

async function until(done: () => boolean, state: () => string): Promise<void> {
  for (let waitedMs = 0; !done(); waitedMs += POLL_MS) {
    if (waitedMs >= TIMEOUT_MS) throw new Error(`${make} clients: after ${TIMEOUT_MS} ms ${state()}`);
    await sleep(POLL_MS);
  }
}
