import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Outgoing } from '../../protocols/codec.ts';
import type { DeflateTerms, DirectionTerms } from './deflate-terms.ts';
import { frame, type FragmentInflater, MAX_PAYLOAD_BYTES, messageFrame, OPCODE } from './framing.ts';

/** End of each compressed message, which is not sent (RFC 7692 section 7.2). */
const TAIL = Buffer.from([0x00, 0x00, 0xff, 0xff]);
/** Largest window for what is sent, as a power of 2 in bytes: 4 KB save nearly as much as 32, for a third of the time. */
const MAX_SENT_WINDOW_BITS = 12;
const NOTHING = Buffer.alloc(0);

/**
 * Compression of the messages of one connection. Each message is compressed or inflated within the call, with the end of the
 * messages before it as a dictionary. The streams of zlib would work in other threads: the end of a connection would overtake
 * its last messages, and each connection would keep 300 KB.
 */
export class Deflate implements FragmentInflater {
  readonly #received: Window;
  readonly #sent: Window;
  /** compressed fragments of the message that is arriving */
  #fragments: Buffer[] = [];

  constructor({ fromServer, fromClient }: DeflateTerms) {
    this.#received = new Window(fromServer);
    this.#sent = new Window({ ...fromClient, windowBits: Math.min(fromClient.windowBits, MAX_SENT_WINDOW_BITS) });
  }

  /** Makes the whole masked frame of a message, which has to reach the server in order. */
  messageFrame(message: Outgoing): Buffer {
    if (message.length === 0) return messageFrame(message);
    const isText = typeof message === 'string';
    const bytes = isText ? Buffer.from(message) : message;
    const compressed = deflateRawSync(bytes, { ...this.#sent.options(), finishFlush: constants.Z_SYNC_FLUSH });
    this.#sent.add(bytes);
    const payload = compressed.subarray(0, compressed.length - TAIL.length);
    return frame(isText ? OPCODE.text : OPCODE.binary, payload, false, true);
  }

  /** Inflates a message when its last fragment is there; the parser expects the result after the call. */
  decompress(fragment: Buffer, isLast: boolean, done: (error: Error | null, inflated?: Buffer) => void): void {
    this.#fragments.push(fragment);
    if (!isLast) return process.nextTick(done, null, NOTHING);
    const whole = Buffer.concat([...this.#fragments, TAIL]);
    this.#fragments = [];
    try {
      process.nextTick(done, null, this.#inflate(whole));
    } catch (error) {
      process.nextTick(done, error);
    }
  }

  /** Inflates a message of at most MAX_PAYLOAD_BYTES; throws when it is larger or no compressed data. */
  #inflate(bytes: Buffer): Buffer {
    const inflated = inflateRawSync(bytes, {
      ...this.#received.options(),
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: MAX_PAYLOAD_BYTES,
    });
    this.#received.add(inflated);
    return inflated;
  }
}

/** The end of the messages of one direction, to which the next one may refer. */
class Window {
  readonly #bits: number;
  readonly #isKept: boolean;
  #bytes = NOTHING;

  constructor({ windowBits, keepsContext }: DirectionTerms) {
    this.#bits = windowBits;
    this.#isKept = keepsContext;
  }

  options(): { windowBits: number; dictionary?: Buffer } {
    const windowBits = this.#bits;
    return this.#bytes.length === 0 ? { windowBits } : { windowBits, dictionary: this.#bytes };
  }

  add(message: Buffer): void {
    if (!this.#isKept) return;
    const both = this.#bytes.length + message.length;
    // The buffer is no part of the pool, which it would hold for as long as the connection lives.
    const next = Buffer.allocUnsafeSlow(Math.min(1 << this.#bits, both));
    const kept = Math.max(0, next.length - message.length);
    this.#bytes.copy(next, 0, this.#bytes.length - kept);
    message.copy(next, kept, Math.max(0, message.length - next.length));
    this.#bytes = next;
  }
}
