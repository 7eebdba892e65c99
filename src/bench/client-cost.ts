import { once } from 'node:events';
import { start } from './child.ts';
import { roomForConnections } from './connection-room.ts';
import { compare, interleave, type Comparison, type Pair } from './harness.ts';

const SERVER = new URL('./server.js', import.meta.url);
const CLIENTS = new URL('./clients.js', import.meta.url);

/** The cost of one client for its process. */
export interface ClientCost {
  /** from the instant of a connect until ready, at ARRIVALS_PER_SECOND */
  readonly cpuUsPerHandshake: number;
  /** from the instant of a connect until its socket is gone, where all clients connect at once and then close at once */
  readonly cpuUsPerBurstConnection: number;
  readonly residentBytesPerClient: number;
}

/** Number of clients connected at once, and number of rounds. */
export interface Crowd {
  readonly clients: number;
  readonly rounds: number;
}

/** Implementations of clients that squall's are held against. */
const OTHERS = ['ws', 'net'] as const;
type Other = (typeof OTHERS)[number];

/** Costs of a client of squall (a) and of another implementation (b). */
export type Costs = { readonly [K in keyof ClientCost]: Comparison };

/** Compares squall's clients with bare `ws` clients and bare `net` sockets, each in its own process. */
export async function compareClients({ clients, rounds }: Crowd): Promise<Readonly<Record<Other, Costs>>> {
  // Each process has its own server port; one shared port would exhaust the local ports.
  const server = await start(SERVER, [String(2 * rounds * (1 + OTHERS.length))], isTexts);
  const urls = [...server.message];
  const costOf = (make: 'squall' | Other): Promise<ClientCost> => clientCost(make, urls.pop() ?? '', clients);
  try {
    const pairs = await interleave(
      rounds,
      () => costOf('squall'),
      async () => ({ ws: await costOf('ws'), net: await costOf('net') }),
    );
    const against = (other: Other): Costs => costs(pairs.map(({ a, b }) => ({ a, b: b[other] })));
    return { ws: against('ws'), net: against('net') };
  } finally {
    server.process.disconnect();
  }
}

/** Number of times that a TLS handshake costs a server as much as a plain one. */
const TLS_WEIGHT = 4;

/** Compares squall's clients with bare sockets of `tls`, each in its own process. */
export async function compareSecureClients({ clients, rounds }: Crowd): Promise<Costs> {
  const server = await start(SERVER, [String(4 * rounds), 'tls'], isTexts);
  const urls = [...server.message];
  const costOf = (make: 'squall' | 'net') => (): Promise<ClientCost> =>
    clientCost(make, urls.pop() ?? '', Math.ceil(clients / TLS_WEIGHT));
  try {
    return costs(await interleave(rounds, costOf('squall'), costOf('net')));
  } finally {
    server.process.disconnect();
  }
}

function costs(pairs: readonly Pair<ClientCost, ClientCost>[]): Costs {
  const each = (key: keyof ClientCost): Comparison => compare(pairs.map(({ a, b }) => ({ a: a[key], b: b[key] })));
  return {
    cpuUsPerHandshake: each('cpuUsPerHandshake'),
    cpuUsPerBurstConnection: each('cpuUsPerBurstConnection'),
    residentBytesPerClient: each('residentBytesPerClient'),
  };
}

/** Connections of a child process: of each client three, and of its ballast and warm-up. */
const CONNECTIONS_PER_CLIENT = 3;
const OTHER_CONNECTIONS = 3000;

async function clientCost(make: string, url: string, clients: number): Promise<ClientCost> {
  await roomForConnections(CONNECTIONS_PER_CLIENT * clients + OTHER_CONNECTIONS);
  const child = await start(CLIENTS, [make, url, String(clients)], isClientCost);
  await once(child.process, 'exit');
  return child.message;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

const COSTS: readonly (keyof ClientCost)[] = ['cpuUsPerHandshake', 'cpuUsPerBurstConnection', 'residentBytesPerClient'];

function isClientCost(value: unknown): value is ClientCost {
  return (
    typeof value === 'object' && value !== null && COSTS.every((key) => typeof Reflect.get(value, key) === 'number')
  );
}
