import { once } from 'node:events';
import { connect } from 'node:net';
import { start, type Child } from './child.ts';
import type { Crowd } from './client-cost.ts';
import { roomForConnections } from './connection-room.ts';
import { compare, interleave, type Comparison } from './harness.ts';

const SERVER = new URL('./target-server.js', import.meta.url);
const HOST = '127.0.0.1';
/** Number of requests that are under way at once. */
const IN_FLIGHT = 200;
/** Number of times that all requests are made before the measurement, so that no code is cold. */
const WARM_UPS = 2;
/** A close frame of a client, code 1000, masked with zeros. */
const CLOSE_FRAME = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);

/** What a server's process serves. */
export interface Served {
  readonly upgrade: Requests;
  readonly refresh: Requests;
  /** requests that always get the same answer */
  readonly fixed?: Requests;
}

/** A port, and the bytes of one request of each client. */
interface Requests {
  readonly port: number;
  readonly requests: readonly string[];
}

/** CPU time of the embedded target's process per operation (a) and of a plain server's (b), in microseconds. */
export interface TargetCost {
  /** upgrade, verification of the token, close; against `ws` with `jose` */
  readonly handshake: Comparison;
  /** one answer with a signed token; against a server that signs with `jose` */
  readonly refresh: Comparison;
  /** the same; against a server that always answers the same */
  readonly refreshUnsigned: Comparison;
}

/** Largest ratios of the medians. */
export const TARGET_LIMITS: Readonly<Record<keyof TargetCost, number>> = {
  handshake: 1,
  refresh: 0.8,
  refreshUnsigned: 1.7,
};

/** Compares the embedded target with what a user would write, each in its own process, under the same requests. */
export async function compareTargets({ clients, rounds }: Crowd): Promise<TargetCost> {
  const serve = (kind: 'squall' | 'plain'): Promise<Child<Served>> => start(SERVER, [kind, String(clients)], isServed);
  const [squall, plain] = await Promise.all([serve('squall'), serve('plain')]);
  const handshake = (): Promise<number> => cpuUsPerOperation(squall, squall.message.upgrade, upgrade);
  const plainHandshake = (): Promise<number> => cpuUsPerOperation(plain, plain.message.upgrade, upgrade);
  const refresh = (): Promise<number> => cpuUsPerOperation(squall, squall.message.refresh, post);
  const signed = (): Promise<number> => cpuUsPerOperation(plain, plain.message.refresh, post);
  const fixed = (): Promise<number> => cpuUsPerOperation(plain, plain.message.fixed ?? plain.message.refresh, post);
  try {
    for (let n = 0; n < WARM_UPS; n++)
      for (const warmUp of [handshake, plainHandshake, refresh, signed, fixed]) await warmUp();
    return {
      handshake: compare(await interleave(rounds, handshake, plainHandshake)),
      refresh: compare(await interleave(rounds, refresh, signed)),
      refreshUnsigned: compare(await interleave(rounds, refresh, fixed)),
    };
  } finally {
    squall.process.disconnect();
    plain.process.disconnect();
  }
}

type Ask = (port: number, request: string) => Promise<void>;

async function cpuUsPerOperation(
  { process: server }: Child<Served>,
  { port, requests }: Requests,
  ask: Ask,
): Promise<number> {
  await roomForConnections(requests.length);
  const before = await cpuUs(server);
  let next = 0;
  const several = async (): Promise<void> => {
    while (next < requests.length) await ask(port, requests[next++]!);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, several));
  return ((await cpuUs(server)) - before) / requests.length;
}

async function cpuUs(server: Child<Served>['process']): Promise<number> {
  const answered = once(server, 'message');
  server.send('cpu');
  const [us] = (await answered) as readonly unknown[];
  if (typeof us !== 'number') throw new Error(`the server said ${JSON.stringify(us)} and not its CPU time`);
  return us;
}

/** One connection from dial to the answered close frame. */
function upgrade(port: number, request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = '';
    const socket = connect({ host: HOST, port, noDelay: true }, () => socket.write(request, 'latin1'));
    socket.on('data', (chunk) => {
      if (head.includes('\r\n\r\n')) return void socket.end();
      head += chunk.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      if (!head.startsWith('HTTP/1.1 101')) reject(new Error(`the server refused an upgrade: ${head}`));
      socket.write(CLOSE_FRAME);
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

/** One request on one connection, from dial to the end of the JSON answer. */
function post(port: number, request: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect({ host: HOST, port, noDelay: true }, () => socket.write(request, 'latin1'));
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
      if (answer.endsWith('}')) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => {
      if (!/^HTTP\/1\.1 200 [^]*access_token/.test(answer)) reject(new Error(`the server answered: ${answer}`));
      resolve();
    });
  });
}

function isServed(value: unknown): value is Served {
  return typeof value === 'object' && value !== null && 'upgrade' in value && 'refresh' in value;
}
