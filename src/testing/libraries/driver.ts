import type { FakeSocket } from './fake-socket.ts';
import type { World } from './world.ts';

/** How a real library is started on a fake socket, and what its server says first. */
export interface Driver {
  /** starts one client */
  readonly start: (url: string) => unknown;
  /** makes the client ready over an open socket */
  readonly greet?: (socket: FakeSocket, world: World) => unknown;
  /** true: a failed attempt ends without an error event, which is final for the library */
  readonly failsQuietly?: true;
  /** draws of the library that have the delays of squall's draw `u`; absent: `u` each time */
  readonly draws?: (u: number) => () => number;
  /** draws of squall that have the delays of the library's draw `u`; absent: `u` */
  readonly squallDraws?: (u: number) => readonly SquallDraw[];
  /** true: the first delay comes from the instant of the loss, and not from a draw */
  readonly firstByInstant?: true;
  /** lets the connection stand for some time; default: 6 s */
  readonly stand?: (socket: FakeSocket, world: World) => Promise<void>;
}

/** A draw of squall, one of several that a client of the library may correspond to. */
export interface SquallDraw {
  readonly u: number;
  /** retries that correspond; absent: all */
  readonly retries?: number;
}

/** A connection's time before it is lost, ms. */
export const UPTIME_MS = 6000;
