import type { Endpoint } from './endpoint.ts';

/** Consecutive ports, both ends inclusive. */
export interface PortRange {
  readonly low: number;
  readonly high: number;
}

/**
 * Source addresses and ports of the clients' connections to one endpoint. squall chooses the ports itself, outside those that
 * the system gives to everybody else: a port that `bind` takes is lost to all connections without a bound address. Plain data,
 * which is sent to workers.
 */
export interface Sources {
  readonly addresses: readonly string[];
  readonly ports: readonly PortRange[];
  /** ports that other programs listen on */
  readonly taken: readonly number[];
  /** this worker has every `shards`-th port, from number `shard` on */
  readonly shard: number;
  readonly shards: number;
}

/** The source of one connection. */
export interface Source {
  readonly address: string;
  readonly port: number;
  /** those to which it is given back */
  readonly of: FreeSources;
}

/** Returns the endpoint with the sources that a share of the clients has for itself. */
export function withSourcesOf(endpoint: Endpoint, { shard, shards }: Pick<Sources, 'shard' | 'shards'>): Endpoint {
  const { sources } = endpoint;
  return sources === undefined ? endpoint : { ...endpoint, sources: { ...sources, shard, shards } };
}

/**
 * The free sources of a worker. Those never used come first, then the one that has been free for the longest, since the system
 * keeps the port of a closed connection for a while.
 */
export class FreeSources {
  readonly #fresh: Iterator<Source, undefined>;
  /** sources that were given back, in a ring, of which `#head` is the first */
  #back: (Source | undefined)[] = [];
  #head = 0;

  constructor(sources: Sources) {
    this.#fresh = allOf(sources, this);
  }

  /** @returns null: all are in use */
  take(): Source | null {
    const fresh = this.#fresh.next();
    if (fresh.done !== true) return fresh.value;
    const source = this.#back[this.#head];
    if (source === undefined) return null;
    this.#back[this.#head] = undefined;
    this.#head += 1;
    if (this.#head * 2 > this.#back.length) {
      this.#back = this.#back.slice(this.#head);
      this.#head = 0;
    }
    return source;
  }

  giveBack(source: Source): void {
    this.#back.push(source);
  }
}

function* allOf({ addresses, ports, taken, shard, shards }: Sources, of: FreeSources): Generator<Source, undefined> {
  const isTaken = new Set(taken);
  for (const address of addresses) {
    for (const { low, high } of ports) {
      const first = low + ((shard - (low % shards) + shards) % shards);
      for (let port = first; port <= high; port += shards) if (!isTaken.has(port)) yield { address, port, of };
    }
  }
}

const free = new WeakMap<Sources, FreeSources>();

/** The free sources of this worker for an endpoint; null: the system chooses. */
export function freeSourcesOf({ sources }: Endpoint): FreeSources | null {
  if (sources === undefined) return null;
  let found = free.get(sources);
  if (found === undefined) {
    found = new FreeSources(sources);
    free.set(sources, found);
  }
  return found;
}
