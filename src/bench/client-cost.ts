import { once } from 'node:events';
import { start } from './child.ts';
import { compare, interleave, type Comparison } from './harness.ts';

const SERVER = new URL('./server.js', import.meta.url);
const CLIENTS = new URL('./clients.js', import.meta.url);

/** The cost of one client for its process. */
export interface ClientCost {
  readonly cpuUsPerHandshake: number;
  readonly residentBytesPerClient: number;
}

/** Number of clients connected at once, and number of rounds. */
export interface Crowd {
  readonly clients: number;
  readonly rounds: number;
}

/** Compares squall's clients (a) with bare `ws` clients (b), each in its own process. */
export async function compareClients({
  clients,
  rounds,
}: Crowd): Promise<{ readonly [K in keyof ClientCost]: Comparison }> {
  // Each process has its own server port; one shared port would exhaust the local ports.
  const server = await start(SERVER, [String(4 * rounds)], isTexts);
  const urls = [...server.message];
  const costOf = (make: 'squall' | 'ws') => (): Promise<ClientCost> => clientCost(make, urls.pop() ?? '', clients);
  try {
    const pairs = await interleave(rounds, costOf('squall'), costOf('ws'));
    const each = (key: keyof ClientCost): Comparison => compare(pairs.map(({ a, b }) => ({ a: a[key], b: b[key] })));
    return {
      cpuUsPerHandshake: each('cpuUsPerHandshake'),
      residentBytesPerClient: each('residentBytesPerClient'),
    };
  } finally {
    server.process.disconnect();
  }
}

async function clientCost(make: string, url: string, clients: number): Promise<ClientCost> {
  const child = await start(CLIENTS, [make, url, String(clients)], isClientCost);
  await once(child.process, 'exit');
  return child.message;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isClientCost(value: unknown): value is ClientCost {
  return (
    typeof value === 'object' &&
    value !== null &&
    'cpuUsPerHandshake' in value &&
    typeof value.cpuUsPerHandshake === 'number' &&
    'residentBytesPerClient' in value &&
    typeof value.residentBytesPerClient === 'number'
  );
}
