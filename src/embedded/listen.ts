import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:net';

/** Connections that the kernel holds until they are accepted: a storm arrives faster than one turn of the loop. */
const BACKLOG = 4096;

/**
 * Where a free port is looked for. Ports from the system's ephemeral range (32768 and up on Linux, 49152 elsewhere)
 * will not do for a server that is to come back on the same port: while it is down, one of thousands of clients that
 * dial it can be given that very port as its own, connect to itself, and hold it.
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

/** `host` as it stands in a URL: an IPv6 address in brackets. */
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
