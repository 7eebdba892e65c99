import { createServer } from 'node:http';
import type { Server, Socket } from 'node:net';
import { listen } from '../../embedded/listen.ts';
import type { Counts } from './counts.ts';

export const HOST = '127.0.0.1';

/** A process that its test forgot ends after this time. */
const LIFETIME_MS = 10 * 60_000;

/** A server that runs in this process. */
export interface Served {
  readonly port: number;
  /** Cuts every connection at once, without a close frame. */
  readonly drop: () => void;
}

/** Makes the cut of every connection of a server. An upgraded connection is none of its HTTP server's any more. */
export function cutOf(server: Server): () => void {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return () => {
    for (const socket of sockets) socket.destroy();
  };
}

/** Line on standard output that says where the server is. */
export interface ReadyLine {
  readonly port: number;
  readonly controlPort: number;
}

/**
 * Says on standard output where the server is, and serves its counts and the order to drop every connection to the test.
 * The process ends with its standard input, or after its lifetime.
 */
export async function announce({ port, drop }: Served, counts: Counts): Promise<void> {
  const control = createServer((request, response) => {
    if (request.method === 'POST') drop();
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(counts));
  });
  const controlPort = await listen(control, HOST, 0);
  const line: ReadyLine = { port, controlPort };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  process.stdin.on('end', () => process.exit(0)).resume();
  setTimeout(() => process.exit(1), LIFETIME_MS);
}
