/**
 * A WebSocket server that only answers upgrades and holds the connections: `node hold-target.js PROCESSES` listens on one port
 * with that many processes, since each may open only so many sockets, and sends the URL to its parent. On the message `drop`
 * it ends all connections at once. It ends with its parent.
 */
import cluster, { type Worker } from 'node:cluster';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

const HOST = '127.0.0.1';
/** Maximum number of connections waiting to be accepted; a burst must not lose SYNs. */
const BACKLOG = 65_535;
/** Appended to a client's key (RFC 6455 section 1.3). */
const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

process.once('disconnect', () => process.exit());
if (cluster.isPrimary) await serveBy(Number(process.argv[2]));
else await serve();

/** Starts the processes, which share a listener: handing each connection over would cost more than its answer. */
async function serveBy(processes: number): Promise<void> {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const workers = Array.from({ length: processes }, () => cluster.fork());
  process.on('message', (message) => workers.forEach((worker: Worker) => worker.send(String(message))));
  // All processes listen on the port that the first one is given.
  const ports = await Promise.all(
    workers.map((worker) => new Promise<number>((resolve) => worker.once('listening', ({ port }) => resolve(port)))),
  );
  process.send?.(`ws://${HOST}:${ports[0]}`);
}

async function serve(): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.once('data', (head: Buffer) => {
      const key = /^sec-websocket-key: *(\S+)/im.exec(head.toString('latin1'))?.[1] ?? '';
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(key)}\r\n\r\n`,
      );
      socket.on('data', ignore);
    });
  });
  process.on('message', (message) => {
    if (message === 'drop') for (const socket of sockets) socket.destroy();
  });
  server.listen({ host: HOST, port: 0, backlog: BACKLOG });
  await once(server, 'listening');
}

function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}${ACCEPT_GUID}`).digest('base64');
}

/** Reads what a client sends and forgets it; a close frame is followed by the client's end. */
function ignore(this: Socket, bytes: Buffer): void {
  if ((bytes[0] ?? 0) === 0x88) this.end();
}
