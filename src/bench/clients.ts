/**
 * A process of its own that holds nothing but clients: `node --expose-gc clients.js squall|ws URL CLIENTS` measures what
 * they cost, tells its parent in one message, and exits.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientCost } from './client-cost.ts';
import type { Population } from './population.ts';
import { SquallClients } from './squall-clients.ts';
import { WsClients } from './ws-clients.ts';

/** Connected and closed first, so that what is needed once is not charged to the clients that are measured. */
const WARM_UP_CLIENTS = 100;
const POLL_MS = 20;
/** Connecting or closing all may take this long; then something is wrong, and the bench says so. */
const PATIENCE_MS = 30_000;
/** Collecting garbage a few times lets V8 give back what the burst of arrivals needed. */
const COLLECTIONS = 3;

const [, , make, url = '', count] = process.argv;
const clients = Number(count);
const population: Population = make === 'squall' ? new SquallClients() : new WsClients();

// Without its parent nobody is left to measure for.
process.once('disconnect', () => process.exit());
process.send?.(await measure());
process.disconnect();

async function measure(): Promise<ClientCost> {
  await connect(WARM_UP_CLIENTS);
  await close();
  const residentBefore = await residentBytes();
  await connect(clients);
  const residentBytesPerClient = ((await residentBytes()) - residentBefore) / clients;
  await close();
  // By now the code is warm, as it is in the middle of a storm.
  const cpuUsPerHandshake = (await connect(clients)) / clients;
  await close();
  return { cpuUsPerHandshake, residentBytesPerClient };
}

/** @returns the CPU time of this process from the first attempt until all are ready, in microseconds */
async function connect(wanted: number): Promise<number> {
  await population.begin(url, wanted);
  const before = process.cpuUsage();
  await until(
    () => population.ready === wanted,
    () => `${population.ready} of ${wanted} clients became ready`,
  );
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

async function close(): Promise<void> {
  await population.end();
  await until(
    () => openSockets() === 0,
    () => `${openSockets()} sockets did not close`,
  );
}

function openSockets(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;
}

/** What this process holds when it holds no garbage. */
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
    if (waitedMs >= PATIENCE_MS) throw new Error(`${make} clients: after ${PATIENCE_MS} ms ${state()}`);
    await sleep(POLL_MS);
  }
}
