import { once } from 'node:events';
import { start } from './child.ts';
import { compare, interleave, type Comparison } from './harness.ts';

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
    const costs = (other: Other): Costs => {
      const each = (key: keyof ClientCost): Comparison =>
        compare(pairs.map(({ a, b }) => ({ a: a[key], b: b[other][key] })));
      return {
        cpuUsPerHandshake: each('cpuUsPerHandshake'),
        cpuUsPerBurstConnection: each('cpuUsPerBurstConnection'),
        residentBytesPerClient: each('residentBytesPerClient'),
      };
    };
    return { ws: costs('ws'), net: costs('net') };
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

const COSTS: readonly (keyof ClientCost)[] = ['cpuUsPerHandshake', 'cpuUsPerBurstConnection', 'residentBytesPerClient'];

function isClientCost(value: unknown): value is ClientCost {
  return (
    typeof value === 'object' && value !== null && COSTS.every((key) => typeof Reflect.get(value, key) === 'number')
  );
}
