import type { ClientView } from './codec.ts';

/** Most bytes of one message, and of what is kept of one that is not complete. */
export const MAX_MESSAGE_BYTES = 1_048_576;

/** Length of a message whose head is not complete yet. */
export const UNKNOWN = 0;
/** Length of a message that breaks its protocol. */
export const BROKEN = -1;

/**
 * Length of the message that begins at `from`, with its head; `UNKNOWN` or `BROKEN`. It may be longer than the data.
 *
 * @param to end of the data
 */
export type LengthOf = (data: Buffer, from: number, to: number) => number;

/**
 * Cuts whole messages out of a stream of bytes whose frames need not end where messages do. What is not complete is kept in
 * `view.rest`. The result of `cut` stands in the properties, so that nothing is allocated for a message within one frame.
 */
export class StreamCutter {
  /** bytes that hold the message */
  data: Buffer = NOTHING;
  /** where the message begins and ends in `data` */
  from = 0;
  to = 0;
  /** where the next message begins in the frame */
  next = 0;
  readonly #lengthOf: LengthOf;

  constructor(lengthOf: LengthOf) {
    this.#lengthOf = lengthOf;
  }

  /**
   * Cuts the next message out of a frame.
   *
   * @returns its length; UNKNOWN: the rest of the frame was kept for the next; BROKEN: the stream cannot be read any more
   */
  cut(frame: Buffer, from: number, view: ClientView): number {
    const { rest } = view;
    return rest === null ? this.#within(frame, from, view) : this.#across(rest, frame, from, view);
  }

  #within(frame: Buffer, from: number, view: ClientView): number {
    const length = this.#lengthOf(frame, from, frame.length);
    if (isBroken(length)) return this.#broken(frame, view);
    if (length === UNKNOWN || from + length > frame.length) return this.#keep(null, frame, from, view);
    this.data = frame;
    this.from = from;
    this.to = from + length;
    this.next = this.to;
    return length;
  }

  #across(rest: Buffer, frame: Buffer, from: number, view: ClientView): number {
    // One byte more may complete the head, and the bytes after the message are of no use here.
    const known = this.#lengthOf(rest, 0, rest.length);
    const wanted = known > 0 ? Math.min(frame.length, from + known - rest.length) : frame.length;
    const whole = appended(rest, frame, from, wanted);
    const length = this.#lengthOf(whole, 0, whole.length);
    if (isBroken(length)) return this.#broken(frame, view);
    if (length === UNKNOWN || length > whole.length) {
      view.rest = whole;
      if (whole.length > MAX_MESSAGE_BYTES) return this.#broken(frame, view);
      this.next = frame.length;
      return UNKNOWN;
    }
    view.rest = null;
    this.data = whole;
    this.from = 0;
    this.to = length;
    this.next = from + length - rest.length;
    return length;
  }

  #keep(rest: Buffer | null, frame: Buffer, from: number, view: ClientView): number {
    this.next = frame.length;
    if (frame.length - from > MAX_MESSAGE_BYTES) return this.#broken(frame, view);
    view.rest = frame.length === from ? null : appended(rest, frame, from, frame.length);
    return UNKNOWN;
  }

  #broken(frame: Buffer, view: ClientView): number {
    view.rest = null;
    this.next = frame.length;
    return BROKEN;
  }
}

const NOTHING = Buffer.alloc(0);
/** Least room for what is kept. */
const LEAST_BYTES = 256;

function isBroken(length: number): boolean {
  return length < 0 || length > MAX_MESSAGE_BYTES;
}

/**
 * Appends bytes to what was kept by an earlier call; null: nothing was. Its room doubles as it grows, so that a message in many small frames costs no more than
 * twice its length.
 */
export function appended(rest: Buffer | null, data: Buffer, from: number, to: number): Buffer {
  const kept = rest?.length ?? 0;
  const length = kept + to - from;
  const room = rest?.buffer ?? null;
  const all = room !== null && room.byteLength >= length ? Buffer.from(room) : Buffer.allocUnsafeSlow(roomFor(length));
  if (rest !== null && all.buffer !== room) rest.copy(all);
  data.copy(all, kept, from, to);
  return all.subarray(0, length);
}

function roomFor(length: number): number {
  let room = LEAST_BYTES;
  while (room < length) room *= 2;
  return room;
}
