import { EventEmitter, once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Connection } from '../socket/connection.ts';
import { connect, endpointAt, type Story } from '../network/raw-server.test.helper.ts';

/** An open connection and its peer, a server of `ws`, with what the peer received. */
export interface Pair {
  readonly connection: Connection;
  readonly story: Story;
  readonly peer: WebSocket;
  /** messages that the peer has received, in order; `ping` for a ping */
  readonly received: readonly string[];
  /** resolves when `length` messages have been received */
  readonly receives: (length: number) => Promise<void>;
  /** resolves to the close code that the peer has seen */
  readonly closed: Promise<number>;
}

/** Opens `count` connections to one server. */
export async function pairs(count = 1): Promise<Pair[]> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => {
    for (const peer of server.clients) peer.terminate();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  const endpoint = endpointAt(typeof address === 'object' && address !== null ? address.port : 0);
  const all: Pair[] = [];
  for (let n = 0; n < count; n++) {
    const accepted = new Promise<WebSocket>((resolve) => server.once('connection', resolve));
    const { connection, story } = connect(endpoint);
    const peer = await accepted;
    const seen = observe(peer);
    await story.until(1);
    all.push({ connection, story, peer, ...seen });
  }
  return all;
}

function observe(peer: WebSocket): Pick<Pair, 'received' | 'receives' | 'closed'> {
  const received: string[] = [];
  const arrivals = new EventEmitter();
  const note = (what: string): void => {
    received.push(what);
    arrivals.emit('arrival');
  };
  peer.on('message', (data: Buffer) => note(data.toString()));
  peer.on('ping', () => note('ping'));
  peer.on('error', () => {});
  const receives = async (length: number): Promise<void> => {
    while (received.length < length) await once(arrivals, 'arrival');
  };
  return { received, receives, closed: new Promise((resolve) => peer.on('close', resolve)) };
}

export async function pair(): Promise<Pair> {
  const [only] = await pairs();
  return only!;
}
