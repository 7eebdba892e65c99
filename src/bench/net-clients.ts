import { connect, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { pem } from '../testing/real-servers/certificates.ts';
import { benchToken } from './bench-token.ts';
import { connectEvenly } from './connect-evenly.ts';
import type { Population } from './population.ts';

const HEAD_END = '\r\n\r\n';
const ACCEPTED = 'HTTP/1.1 101 ';
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

/**
 * A bare loop of upgrades on `net`, or on `tls` with one context for all: the floor of what Node and the kernel cost. Each socket sends the same request, reads a head
 * and looks at its status; it checks nothing else, speaks no frames and knows no client.
 */
export class NetClients implements Population {
  readonly #sockets: Socket[] = [];
  #ready = 0;

  async begin(url: string, clients: number, perSecond: number): Promise<void> {
    this.#ready = 0;
    const { hostname, host, port, protocol } = new URL(url);
    const secureContext = createSecureContext({ ca: pem('ca.pem') });
    const open = (): Socket =>
      protocol === 'wss:'
        ? connectTls({ host: hostname, port: Number(port), secureContext })
        : connect(Number(port), hostname);
    const request =
      `GET / HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${KEY}\r\n` +
      `Sec-WebSocket-Version: 13\r\nAuthorization: Bearer ${await benchToken('HS256')}${HEAD_END}`;
    connectEvenly(clients, perSecond, () => this.#connect(open(), request));
  }

  get ready(): number {
    return this.#ready;
  }

  async end(): Promise<void> {
    for (const socket of this.#sockets) socket.end();
    this.#sockets.length = 0;
  }

  #connect(socket: Socket, request: string): void {
    socket.write(request, 'latin1');
    let head = '';
    socket.on('data', (chunk: Buffer) => {
      head += chunk.toString('latin1');
      if (head.endsWith(HEAD_END) && head.startsWith(ACCEPTED)) this.#ready += 1;
    });
    // A client that fails is missing in the count, which the bench checks.
    socket.on('error', () => {});
    this.#sockets.push(socket);
  }
}
