import type { ServerOptions } from 'node:http';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:net';

/** Limits of both servers; a request that arrives too slowly is answered with 408. */
export const SERVER_LIMITS: ServerOptions = {
  headersTimeout: 5000,
  requestTimeout: 5000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 5000,
  maxHeaderSize: 16 * 1024,
};

/** Connections that the kernel queues until they are accepted, for a storm within one turn of the event loop. */
const BACKLOG = 4096;

/**
 * First of the ports among which a free one is drawn. Ports of the system's ephemeral range (from 32768 on Linux, 49152
 * elsewhere) do not suit a server that returns on the same port: while it is down, a client that dials it may get that
 * port as its own, connect to itself, and hold it.
 */
const FIRST_PORT = 20_000;
const PORTS = 10_000;
const TRIES = 100;

/**
 * Binds `server` to `host`, on `port` or, for 0, on a free one.
 * @returns the port
 * @throws Error naming host and port and what to do about it
 */
export async function listen(server: Server, host: string, port: number): Promise<number> {
  if (port !== 0) {
    await bind(server, host, port);
    return port;
  }
  for (let tries = 1; ; tries++) {
    const candidate = FIRST_PORT + randomInt(PORTS);
    try {
      await bind(server, host, candidate);
      return candidate;
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

/** Writes `host` for a URL: an IPv6 address in brackets. */
export function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

async function bind(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen({ host, port, backlog: BACKLOG });
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Error(`cannot listen on ${urlHost(host)}:${port} (${code}): free the port or choose another`, {
      cause: error,
    });
  }
}
