import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { Signal } from '../../core/signal.ts';
import { Connection, type ConnectionEvents } from '../socket/connection.ts';
import type { Endpoint } from './endpoint.ts';
import { acceptFor } from '../socket/upgrade.ts';
import { upgradeForm, type UpgradeForm } from '../socket/upgrade-form.ts';

/** A TCP server on 127.0.0.1 that answers an upgrade request as no server should. It ends with its test. */
export interface RawServer {
  readonly endpoint: Endpoint;
  /** the sockets that it has seen, in order */
  readonly sockets: readonly Socket[];
  /** resolves when every connection that it has seen is over */
  allClosed(): Promise<void>;
}

/** @param answer called once for each connection, when the request has come */
export async function rawServer(
  answer: (socket: Socket, key: string) => void,
  allowHalfOpen = false,
): Promise<RawServer> {
  const sockets: Socket[] = [];
  const closings: Promise<void>[] = [];
  const server = createServer({ allowHalfOpen }, (socket) => {
    sockets.push(socket);
    closings.push(new Promise((resolve) => socket.once('close', () => resolve())));
    socket.on('error', () => {});
    socket.once('data', (request: Buffer) => {
      // What comes after the request is read, or the end of the connection would never be seen.
      socket.resume();
      answer(socket, /Sec-WebSocket-Key: (\S+)/.exec(request.toString('latin1'))?.[1] ?? '');
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: endpointAt(port),
    sockets,
    allClosed: async () => void (await Promise.all(closings)),
  };
}

export function endpointAt(port: number): Endpoint {
  return {
    address: '127.0.0.1',
    port,
    secure: false,
    hostName: '127.0.0.1',
    authority: `127.0.0.1:${port}`,
    path: '/',
  };
}

/** The answer that opens a connection; `lines` go below the necessary ones. */
export function handshake(key: string, ...lines: readonly string[]): Buffer {
  const accept = `Sec-WebSocket-Accept: ${acceptFor(key)}`;
  const all = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', accept, ...lines];
  return Buffer.from(`${all.join('\r\n')}\r\n\r\n`);
}

/** One frame as a server sends it: unmasked (RFC 6455 section 5.2). `first` is the byte with FIN, RSV and opcode. */
export function serverFrame(first: number, payload: string | Buffer = '', claimedBytes?: number): Buffer {
  const body = Buffer.from(payload);
  const length = claimedBytes ?? body.length;
  if (length < 126) return Buffer.concat([Buffer.from([first, length]), body]);
  const head = Buffer.alloc(10);
  head.writeUInt8(first, 0);
  head.writeUInt8(127, 1);
  head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, body]);
}

export const FRAME = {
  text: 0x81,
  binary: 0x82,
  textBegins: 0x01,
  continues: 0x00,
  ends: 0x80,
  close: 0x88,
  ping: 0x89,
  pong: 0x8a,
} as const;

/** The body of a close frame. */
export function closing(code: number, reason: string | Buffer = ''): Buffer {
  const body = Buffer.alloc(2);
  body.writeUInt16BE(code);
  return Buffer.concat([body, Buffer.from(reason)]);
}

/** What a connection reported, in order. */
export class Story implements ConnectionEvents {
  readonly events: (
    | readonly ['opened']
    | readonly ['message' | 'binary', string]
    | readonly ['ended', Signal, string]
  )[] = [];
  /** how often its socket was said to be gone */
  closings = 0;
  /** how often bytes came over the open connection */
  receipts = 0;
  #changed: () => void = () => {};

  opened(): void {
    this.#note(['opened']);
  }

  heard(): void {
    this.receipts += 1;
    this.#changed();
  }

  message(_client: number, data: Buffer, isBinary: boolean): void {
    this.#note(isBinary ? ['binary', data.toString('hex')] : ['message', data.toString()]);
  }

  ended(_client: number, signal: Signal, reason: Buffer): void {
    this.#note(['ended', signal, reason.toString()]);
  }

  closed(): void {
    this.closings += 1;
    this.#changed();
  }

  /** Resolves once the socket is gone, which is the last event. */
  async untilClosed(): Promise<void> {
    while (this.closings === 0) await new Promise<void>((resolve) => (this.#changed = resolve));
  }

  /** Resolves once anything has been heard. */
  async untilHeard(): Promise<void> {
    while (this.receipts === 0) await new Promise<void>((resolve) => (this.#changed = resolve));
  }

  /** Resolves after this many events. */
  async until(length: number): Promise<void> {
    while (this.events.length < length) await new Promise<void>((resolve) => (this.#changed = resolve));
  }

  #note(event: (typeof this.events)[number]): void {
    this.events.push(event);
    this.#changed();
  }
}

/** A connection of client 0, and what it reports. It is hung up when the test ends. */
export function connect(
  endpoint: Endpoint,
  form: UpgradeForm = upgradeForm({ kind: 'header' }),
): { connection: Connection; story: Story } {
  const story = new Story();
  const dial = { client: 0, endpoint, path: endpoint.path, token: 'TOKEN', holes: { client: 0 } };
  const connection = new Connection(form, dial, story);
  onTestFinished(() => connection.hangUp());
  return { connection, story };
}
