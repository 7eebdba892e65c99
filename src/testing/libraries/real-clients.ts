import { UPTIME_MS } from './driver.ts';
import { DRIVERS } from './drivers.ts';
import type { FakeSocket } from './fake-socket.ts';
import { seeded, settle, World } from './world.ts';

const URL = 'ws://localhost:1/socket';

/** Starts a client of a real library, and makes it ready. */
async function ready(name: string, world: World): Promise<FakeSocket> {
  const driver = DRIVERS[name]!;
  const started: unknown = driver.start(URL);
  if (started instanceof Promise) started.catch(() => {});
  const socket = await world.dialled();
  if (socket === null) throw new Error(`${name} does not connect`);
  socket.open();
  await settle();
  await driver.greet?.(socket, world);
  await settle();
  await (driver.stand?.(socket, world) ?? world.pass(UPTIME_MS));
  return socket;
}

/** The delays of a real client after the loss of its connection, when every attempt fails at once. Infinity: it gave up. */
export async function realDelays(name: string, draw: () => number, retries: number): Promise<number[]> {
  const world = new World(draw);
  try {
    const socket = await ready(name, world);
    const delays: number[] = [];
    socket.end(1006);
    while (delays.length < retries) {
      const from = performance.now();
      const next = await world.dialled();
      if (next === null) break;
      delays.push(performance.now() - from);
      if (DRIVERS[name]!.failsQuietly === true) next.end(1006);
      else next.fail();
      await settle();
    }
    while (delays.length < retries) delays.push(Infinity);
    return delays;
  } finally {
    world.end();
  }
}

/** Whether a real client comes back after what ends its connection. */
export async function realReturns(name: string, end: (socket: FakeSocket) => void): Promise<boolean> {
  const world = new World(seeded(0));
  try {
    const socket = await ready(name, world);
    end(socket);
    await world.pass(1);
    // A close that the client asked for.
    socket.end(1000);
    return (await world.dialled()) !== null;
  } finally {
    world.end();
  }
}

/** Whether a real client comes back after an attempt that the server refuses by a message. */
export async function realReturnsRefused(
  name: string,
  refuse: (socket: FakeSocket, world: World) => unknown,
): Promise<boolean> {
  const world = new World(seeded(0));
  try {
    const socket = await ready(name, world);
    socket.end(1006);
    const next = await world.dialled();
    if (next === null) throw new Error(`${name} does not come back`);
    next.open();
    await settle();
    await refuse(next, world);
    await world.pass(1);
    next.end(1000);
    return (await world.dialled()) !== null;
  } finally {
    world.end();
  }
}
