import { randomInt } from 'node:crypto';
import { decodeFrame, encodeFrame, type Frame } from './frame.ts';
import { NotSealed, type Sealer } from './seal.ts';
import { decode, encode, WireError } from './wire.ts';

/** Interval of the beat: a frame is sent at least this often, ms. */
const BEAT_MS = 1000;
/** Time without an ack after which unacknowledged messages travel again, ms; it doubles with each try up to the longest. */
const RESEND_MS = 2000;
const RESEND_MAX_MS = 8000;
/** Most bytes of messages that are not acknowledged. */
const UNACKED_MAX_BYTES = 1 << 26;
/** Bytes of messages in one frame, unless one message alone has more. */
const FRAME_BYTES = 1 << 20;
/** Bytes of unacknowledged messages from which an ack is asked for at once. */
const ACK_BYTES = 1 << 20;
/** Most messages in one frame. */
const FRAME_MESSAGES = 1000;

/** Numbers of sides are below this. */
const SIDES = 2 ** 48 - 1;

/** A message, whose type says what else it has. */
interface Message {
  readonly type: string;
}

/** What a channel needs of a RedisLink. */
export interface ChannelLink {
  /** Appends an entry to a stream and lets the stream live for `ttlMs` more; rejects where Redis is away. */
  append(stream: string, payload: Buffer, ttlMs: number): Promise<void>;
  /** time for which Redis has been known to answer, ms */
  readonly answeredMs: number;
  on(event: 'up', hear: () => void): () => void;
}

/** What a channel needs of a StreamReader. */
export interface ChannelReader {
  follow(stream: string, hear: (payload: Buffer) => void): () => void;
}

/**
 * A reliable, ordered channel of messages over two streams that may lose, double or reorder anything. A side speaks with the
 * first that it hears: where two hold the same end, the second finds out and fails.
 */
export interface Channel<Out extends Message, In extends Message> {
  /** Sends a message, which is encoded now: later changes of it do not matter. */
  send(message: Out): void;
  /** Sets the receiver; what came before waits for it. */
  receive(hear: (message: In) => void): void;
  /** Sets the hearer of the end of a channel that cannot go on: too much was sent while the other side was away, or another has this end. */
  onFailure(hear: (error: Error) => void): void;
  /** time for which Redis answered and the other side was silent, ms */
  readonly silentMs: number;
  /** frames that did not open under the key, or were of another epoch, version or side */
  readonly ignored: number;
  /** Resolves to true when all that was sent is acknowledged, to false after `ms`. */
  flushed(ms: number): Promise<boolean>;
  close(): void;
}

/** Parts of a channel. */
export interface ChannelParts {
  readonly link: ChannelLink;
  readonly reader: ChannelReader;
  readonly sealer: Sealer;
  /** key of the stream that this side writes, and of the one that it reads */
  readonly out: string;
  readonly in: string;
  /** run, shard and epoch: frames open under the same words only */
  readonly about: string;
  /** time that the stream outlives its last frame, ms */
  readonly ttlMs: number;
  /** most bytes of messages that are not acknowledged; absent: 64 MiB */
  readonly unackedMaxBytes?: number;
}

/** Opens one side of a channel. */
export function openChannel<Out extends Message, In extends Message>(parts: ChannelParts): Channel<Out, In> {
  return new StreamChannel<Out, In>(parts);
}

class StreamChannel<Out extends Message, In extends Message> implements Channel<Out, In> {
  readonly #parts: ChannelParts;
  readonly #unfollow: () => void;
  readonly #unhear: () => void;
  readonly #beat: NodeJS.Timeout;
  #hear: ((message: In) => void) | null = null;
  #onFailure: (error: Error) => void = () => {};
  #isClosed = false;
  ignored = 0;
  /** random number of this side, and of the side that was heard first; 0: nobody was */
  readonly #self = randomInt(1, SIDES);
  #peer = 0;

  /** messages that are not acknowledged; the first has the number `#acked` */
  #unacked: Buffer[] = [];
  #unackedBytes = 0;
  #acked = 0;
  /** number of the next message that has not travelled since the last resend */
  #next = 0;
  #frames = 0;
  #isSending = false;
  #isAsked = false;
  /** instant of the last progress or resend, ms of the time in which Redis answered */
  #waitsSinceMs: number;
  #resendMs = RESEND_MS;

  /** messages received in order, and those that wait for a receiver */
  #received = 0;
  #waiting: In[] = [];
  #newestFrame = -1;
  #heardAtMs: number;

  #flushers: (() => void)[] = [];

  constructor(parts: ChannelParts) {
    this.#parts = parts;
    this.#heardAtMs = parts.link.answeredMs;
    this.#waitsSinceMs = parts.link.answeredMs;
    this.#unfollow = parts.reader.follow(parts.in, (payload) => this.#take(payload));
    this.#unhear = parts.link.on('up', () => this.#resend());
    this.#beat = setInterval(() => this.#onBeat(), BEAT_MS);
    this.#pump(true);
  }

  send(message: Out): void {
    if (this.#isClosed) return;
    const bytes = encode(message);
    const { unackedMaxBytes = UNACKED_MAX_BYTES } = this.#parts;
    if (this.#unackedBytes + bytes.length > unackedMaxBytes)
      return this.#fail(
        new Error(`the other side has not acknowledged ${this.#unackedBytes} bytes: the channel is full`),
      );
    if (this.#unacked.length === 0) this.#waitsSinceMs = this.#parts.link.answeredMs;
    this.#unacked.push(bytes);
    this.#unackedBytes += bytes.length;
    this.#pump(false);
  }

  receive(hear: (message: In) => void): void {
    this.#hear = hear;
    for (const message of this.#waiting.splice(0)) hear(message);
  }

  onFailure(hear: (error: Error) => void): void {
    this.#onFailure = hear;
  }

  get silentMs(): number {
    return this.#parts.link.answeredMs - this.#heardAtMs;
  }

  async flushed(ms: number): Promise<boolean> {
    if (this.#unacked.length === 0) return true;
    this.#isAsked = true;
    this.#pump(true);
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#flushers.push(resolve);
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    return this.#unacked.length === 0;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearInterval(this.#beat);
    this.#unfollow();
    this.#unhear();
    for (const resolve of this.#flushers.splice(0)) resolve();
  }

  #fail(error: Error): void {
    this.close();
    this.#onFailure(error);
  }

  #onBeat(): void {
    const isOverdue = this.#parts.link.answeredMs - this.#waitsSinceMs >= this.#resendMs;
    if (this.#unacked.length === 0 || !isOverdue) return this.#pump(true);
    this.#resendMs = Math.min(RESEND_MAX_MS, 2 * this.#resendMs);
    this.#resend();
  }

  /** Lets all unacknowledged messages travel again. */
  #resend(): void {
    this.#waitsSinceMs = this.#parts.link.answeredMs;
    this.#next = this.#acked;
    this.#pump(true);
  }

  /** Sends frames, one at a time, until all messages have travelled; `must`: at least one. */
  #pump(must: boolean): void {
    if (this.#isClosed || this.#isSending || !(must || this.#next < this.#acked + this.#unacked.length)) return;
    this.#isSending = true;
    // What is sent in one turn of the event loop travels in one frame.
    queueMicrotask(() => {
      const frame = this.#nextFrame();
      const { link, sealer, out, about, ttlMs } = this.#parts;
      link.append(out, sealer.seal(`${about} ${out}`, encodeFrame(frame)), ttlMs).then(
        () => this.#isSent(true),
        // Redis is away: all of it travels again when it is back.
        () => this.#isSent(false),
      );
    });
  }

  #isSent(wentOut: boolean): void {
    this.#isSending = false;
    if (wentOut) this.#pump(false);
  }

  #nextFrame(): Frame {
    const from = this.#next;
    const messages: Buffer[] = [];
    let bytes = 0;
    for (let n = from - this.#acked; n < this.#unacked.length && messages.length < FRAME_MESSAGES; n++) {
      const message = this.#unacked[n]!;
      if (bytes > 0 && bytes + message.length > FRAME_BYTES) break;
      messages.push(message);
      bytes += message.length;
    }
    this.#next = from + messages.length;
    const wantsAck = this.#isAsked || this.#unackedBytes > ACK_BYTES;
    return {
      sender: this.#self,
      peer: this.#peer,
      number: this.#frames++,
      from,
      ack: this.#received,
      wantsAck,
      messages,
    };
  }

  #take(payload: Buffer): void {
    if (this.#isClosed) return;
    const frame = this.#open(payload);
    if (frame === null || !this.#isOfPeer(frame)) return;
    if (frame.number > this.#newestFrame) {
      // An older frame, which somebody may have kept, is no sign of life.
      this.#newestFrame = frame.number;
      this.#heardAtMs = this.#parts.link.answeredMs;
    }
    this.#takeAck(frame.ack);
    // A gap stands for messages that were lost: they will travel again.
    if (frame.from <= this.#received)
      for (const bytes of frame.messages.slice(this.#received - frame.from)) this.#takeMessage(bytes);
    if (frame.wantsAck) this.#pump(true);
  }

  /** Whether a frame comes from the side that was heard first. Ends a channel whose other side speaks with another. */
  #isOfPeer({ sender, peer }: Frame): boolean {
    if (this.#peer === 0) this.#peer = sender;
    if (sender !== this.#peer) {
      this.ignored++;
      return false;
    }
    if (peer !== 0 && peer !== this.#self) this.#fail(new Error('another worker holds this shard'));
    return !this.#isClosed;
  }

  #open(payload: Buffer): Frame | null {
    try {
      return decodeFrame(this.#parts.sealer.open(`${this.#parts.about} ${this.#parts.in}`, payload));
    } catch (error) {
      if (!(error instanceof NotSealed) && !(error instanceof WireError)) throw error;
      this.ignored++;
      return null;
    }
  }

  #takeAck(ack: number): void {
    const isNew = ack > this.#acked && ack <= this.#acked + this.#unacked.length;
    if (!isNew) return;
    for (const { length } of this.#unacked.splice(0, ack - this.#acked)) this.#unackedBytes -= length;
    this.#acked = ack;
    this.#next = Math.max(this.#next, ack);
    this.#waitsSinceMs = this.#parts.link.answeredMs;
    this.#resendMs = RESEND_MS;
    if (this.#unacked.length > 0) return;
    this.#isAsked = false;
    for (const resolve of this.#flushers.splice(0)) resolve();
  }

  #takeMessage(bytes: Buffer): void {
    if (this.#isClosed) return;
    this.#received++;
    let message: unknown;
    try {
      message = decode(bytes);
    } catch (error) {
      return this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
    if (!this.#isMessage(message)) return this.#fail(new WireError('the other side sent a message without a type'));
    if (this.#hear === null) this.#waiting.push(message);
    else this.#hear(message);
  }

  /** Whether a value is a message. Its members are trusted: only the other side has the key, and its version is the same. */
  #isMessage(value: unknown): value is In {
    return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
  }
}
