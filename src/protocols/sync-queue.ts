import { randomBytes } from 'node:crypto';
import type { ClientView } from './codec.ts';

/** What an acknowledgement without an id is of, if it is no command. */
export const OF = { nothing: -1, synchronisation: 0xffff_ffff, renewal: 0xffff_fffe } as const;

/** Places of a queue's own numbers, in words of 4 bytes; what awaits an acknowledgement follows as a ring. */
const CLIENT_ID = 0;
const CLOCK = 1;
const FIRST = 2;
const LENGTH = 3;
const RING = 4;

const WORD = 4;
const LEAST_PLACES = 12;
/** Most updates that await an acknowledgement; beyond it the oldest is forgotten. */
const MAX_PLACES = 65_536;

/**
 * The updates of a connection that await an acknowledgement. A server acknowledges them in their order, without ids. They lie
 * in `view.rest`, with the id and the clock of the connection as a client of Yjs.
 */
export class SyncQueue {
  /** Begins anew: the connection is another client of Yjs from now on. */
  begin(view: ClientView): void {
    view.rest = null;
  }

  /** The client of Yjs as which a connection writes, a number of 32 bits. */
  clientId(view: ClientView): number {
    return word(queueOf(view), CLIENT_ID);
  }

  /** Returns the clock of the connection's next update, and advances it. */
  tick(view: ClientView): number {
    const queue = queueOf(view);
    const clock = word(queue, CLOCK);
    setWord(queue, CLOCK, clock + 1);
    return clock;
  }

  /** Appends the number of a command, or another member of `OF`. */
  push(view: ClientView, what: number): void {
    let queue = queueOf(view);
    if (word(queue, LENGTH) === placesOf(queue)) {
      if (placesOf(queue) >= MAX_PLACES) this.shift(view);
      else queue = larger(queue, view);
    }
    const length = word(queue, LENGTH);
    setWord(queue, RING + ((word(queue, FIRST) + length) % placesOf(queue)), what);
    setWord(queue, LENGTH, length + 1);
  }

  /** Removes the oldest and returns it; `OF.nothing`: none awaits an acknowledgement. */
  shift({ rest: queue }: ClientView): number {
    const length = queue === null ? 0 : word(queue, LENGTH);
    if (queue === null || length === 0) return OF.nothing;
    const first = word(queue, FIRST);
    setWord(queue, FIRST, (first + 1) % placesOf(queue));
    setWord(queue, LENGTH, length - 1);
    return word(queue, RING + first);
  }
}

function queueOf(view: ClientView): Buffer {
  if (view.rest !== null) return view.rest;
  const queue = Buffer.alloc((RING + LEAST_PLACES) * WORD);
  randomBytes(WORD).copy(queue, CLIENT_ID);
  view.rest = queue;
  return queue;
}

function larger(queue: Buffer, view: ClientView): Buffer {
  const places = placesOf(queue);
  const first = word(queue, FIRST);
  const copy = Buffer.alloc((RING + 2 * places) * WORD);
  queue.copy(copy, 0, 0, RING * WORD);
  for (let n = 0; n < places; n++) setWord(copy, RING + n, word(queue, RING + ((first + n) % places)));
  setWord(copy, FIRST, 0);
  view.rest = copy;
  return copy;
}

function placesOf(queue: Buffer): number {
  return queue.length / WORD - RING;
}

function word(queue: Buffer, at: number): number {
  return queue.readUInt32LE(at * WORD);
}

function setWord(queue: Buffer, at: number, value: number): void {
  queue.writeUInt32LE(value >>> 0, at * WORD);
}
