import type { Writable } from 'node:stream';
import { Receiver as FrameParser, Sender as FrameWriter } from 'ws';
import type { Outgoing } from '../protocols/codec.ts';

/**
 * The two halves of `ws` that turn bytes into frames and back. The package exports both; its type declarations
 * leave them out. A `WebSocket` object of `ws` is these two, an HTTP request, and a kilobyte or two of bookkeeping
 * that a simulated device does not need.
 */
declare module 'ws' {
  export const Receiver: new (options: {
    isServer: boolean;
    maxPayload: number;
    maxFragments: number;
    maxBufferedChunks: number;
  }) => FrameReceiver;
  export const Sender: {
    frame(
      data: Buffer,
      options: { fin: boolean; rsv1: boolean; opcode: number; mask: boolean; readOnly: boolean },
    ): Buffer[];
  };
}

export interface FrameReceiver extends Writable {
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
  on(event: 'conclude', listener: (code: number, reason: Buffer) => void): this;
  on(event: 'ping' | 'pong', listener: (data: Buffer) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: string, listener: (...args: never[]) => void): this;
}

/** Most bytes in a message from a remote; a larger one ends the connection. */
const MAX_PAYLOAD_BYTES = 1 << 20;
const MAX_FRAGMENTS = 1024;
const MAX_BUFFERED_CHUNKS = 4096;

export const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Makes a bounded parser of a server's frames. */
export function frameReceiver(): FrameReceiver {
  return new FrameParser({
    isServer: false,
    maxPayload: MAX_PAYLOAD_BYTES,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
  });
}

/** Makes the whole masked frame of a message: of text, or binary (RFC 6455 section 5.6). */
export function messageFrame(message: Outgoing): Buffer {
  return typeof message === 'string' ? frame(OPCODE.text, Buffer.from(message)) : frame(OPCODE.binary, message, true);
}

/**
 * Makes one whole masked frame (RFC 6455 section 5.2).
 *
 * @param isKept whether `data` stays as it is; otherwise masking overwrites it, which saves a copy
 */
export function frame(opcode: number, data: Buffer, isKept = false): Buffer {
  const parts = FrameWriter.frame(data, { fin: true, rsv1: false, opcode, mask: true, readOnly: isKept });
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/** Makes a masked close frame; `code` must be one that may be sent. */
export function closeFrame(code: number): Buffer {
  const body = Buffer.allocUnsafe(2);
  body.writeUInt16BE(code);
  return frame(OPCODE.close, body);
}
