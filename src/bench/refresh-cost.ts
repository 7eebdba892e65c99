import { once } from 'node:events';
import { start } from './child.ts';
import type { Crowd } from './client-cost.ts';
import { roomForConnections } from './connection-room.ts';
import { compare, interleave, type Comparison } from './harness.ts';

const SERVER = new URL('./token-server.js', import.meta.url);
const REFRESHES = new URL('./refreshes.js', import.meta.url);

/** Connections of a child process for each client: four rounds of one request, and what follows it. */
const CONNECTIONS_PER_CLIENT = 8;

/** The cost of one refresh for the client's process. */
export interface RefreshCost {
  readonly cpuUsPerRefresh: number;
}

/** Compares squall's refreshes (a) with POST requests on bare `net` (b), each in its own process. */
export async function compareRefreshes({ clients, rounds }: Crowd): Promise<Comparison> {
  // Each process has its own server port; one shared port would exhaust the local ports.
  const server = await start(SERVER, [String(4 * rounds)], isTexts);
  const urls = [...server.message];
  const costOf = (make: 'squall' | 'net') => async (): Promise<number> => {
    await roomForConnections(CONNECTIONS_PER_CLIENT * clients);
    const child = await start(REFRESHES, [make, urls.pop() ?? '', String(clients)], isRefreshCost);
    await once(child.process, 'exit');
    return child.message.cpuUsPerRefresh;
  };
  try {
    return compare(await interleave(rounds, costOf('squall'), costOf('net')));
  } finally {
    server.process.disconnect();
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isRefreshCost(value: unknown): value is RefreshCost {
  return (
    typeof value === 'object' &&
    value !== null &&
    'cpuUsPerRefresh' in value &&
    typeof value.cpuUsPerRefresh === 'number'
  );
}
