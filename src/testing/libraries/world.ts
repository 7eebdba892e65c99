import { vi } from 'vitest';
import { Draws, PURPOSE } from '../../core/random/draws.ts';
import { FakeSocket } from './fake-socket.ts';

/** Time without an attempt after which a client counts as gone for good, ms. */
const GONE_AFTER_MS = 1_000_000;
/** Most timers that fire while an attempt is waited for. */
const MOST_TIMERS = 20_000;

/** Draws of a sample, from a seed. */
export function seeded(sample: number): () => number {
  const draws = new Draws(1);
  let n = 0;
  return () => draws.unit(sample, PURPOSE.relabel, n++);
}

/** Virtual time and a fake network for one client of a real library, whose draws are given. */
export class World {
  readonly #sockets: FakeSocket[] = [];
  #taken = 0;

  constructor(draw: () => number) {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
      now: 1_700_000_000_000,
    });
    Math.random = draw;
    AbortSignal.timeout = abortedAfter;
    Object.assign(globalThis, { WebSocket: FakeSocket });
    FakeSocket.made = (socket) => this.#sockets.push(socket);
  }

  /** The next socket that the library opens; null: none, for good. */
  async dialled(): Promise<FakeSocket | null> {
    const from = Date.now();
    await settle();
    for (let timers = 0; timers < MOST_TIMERS; timers++) {
      const socket = this.#sockets[this.#taken];
      if (socket !== undefined) {
        this.#taken++;
        return socket;
      }
      if (vi.getTimerCount() === 0 || Date.now() - from > GONE_AFTER_MS) return null;
      vi.advanceTimersToNextTimer();
      await settle();
    }
    throw new Error('the library sets timers without end');
  }

  /** Lets `ms` pass. */
  async pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
    await settle();
  }

  end(): void {
    vi.clearAllTimers();
    vi.useRealTimers();
    Math.random = RANDOM;
    AbortSignal.timeout = ABORTED_AFTER;
    FakeSocket.made = () => {};
  }
}

const RANDOM = Math.random;
const ABORTED_AFTER = AbortSignal.timeout.bind(AbortSignal);

/** AbortSignal.timeout in virtual time, which the faked timers leave out. */
function abortedAfter(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms);
  return controller.signal;
}

const soon = setImmediate;

/** Lets everything happen that waits for no timer. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) await new Promise((resolve) => soon(resolve));
}
