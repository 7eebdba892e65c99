import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTcp, type Server, type Socket } from 'node:net';
import { listen } from '../../embedded/listen.ts';
import type { Counts } from './counts.ts';

export const HOST = '127.0.0.1';

/** A process that its test forgot ends after this time. */
const LIFETIME_MS = 10 * 60_000;

/** A server that runs in this process. */
export interface Served {
  readonly port: number;
  /** Cuts every connection at once, without a close frame; absent: the server has no such order. */
  readonly drop?: () => void;
  /** Brings the counts up to date, where another process counts. */
  readonly count?: () => Promise<void>;
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
export async function announce({ port, drop, count }: Served, counts: Counts): Promise<void> {
  const control = createServer((request, response) => {
    if (request.method === 'POST' && drop === undefined) return void response.writeHead(501).end();
    if (request.method === 'POST') drop?.();
    void (count?.() ?? Promise.resolve()).then(() => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify(counts));
    });
  });
  const controlPort = await listen(control, HOST, 0);
  const line: ReadyLine = { port, controlPort };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  process.once('SIGTERM', () => process.exit(0));
  process.stdin.on('end', () => process.exit(0)).resume();
  setTimeout(() => process.exit(1), LIFETIME_MS);
}

/** Waits until a URL answers with a 2xx status, or with another that is good enough. */
export async function whenReady(
  url: string,
  timeoutMs = 30_000,
  isReady: (status: number) => boolean = (status) => status >= 200 && status < 300,
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    const answer = await fetch(url).catch(() => null);
    await answer?.body?.cancel();
    if (answer !== null && isReady(answer.status)) return;
    if (performance.now() > giveUpAt) throw new Error(`${url} did not answer within ${timeoutMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A port that was free a moment ago, for a server that cannot choose one itself. */
export async function freePort(): Promise<number> {
  const server = createTcp();
  const port = await listen(server, HOST, 0);
  server.close();
  await once(server, 'close');
  return port;
}
