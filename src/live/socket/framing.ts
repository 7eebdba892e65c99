import type { Writable } from 'node:stream';
import { Receiver as FrameParser, Sender as FrameWriter } from 'ws';
import type { Outgoing } from '../../protocols/codec.ts';

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
    extensions?: { readonly 'permessage-deflate': FragmentInflater };
  }) => FrameReceiver;
  export type ExtensionParameters = Readonly<Record<string, readonly (string | true)[]>>;
  export const extension: { parse(header: string): Readonly<Record<string, readonly ExtensionParameters[]>> };
  export const Sender: {
    frame(
      data: Buffer,
      options: { fin: boolean; rsv1: boolean; opcode: number; mask: boolean; readOnly: boolean },
    ): Buffer[];
  };
}

/** Inflates the fragments of compressed messages, one after another. */
export interface FragmentInflater {
  /** @param done receives what became of the fragment, after the call */
  decompress(fragment: Buffer, isLast: boolean, done: (error: Error | null, inflated?: Buffer) => void): void;
}

export interface FrameReceiver extends Writable {
  on(event: 'message', listener: (data: Buffer, isBinary: boolean) => void): this;
  on(event: 'conclude', listener: (code: number, reason: Buffer) => void): this;
  on(event: 'ping' | 'pong', listener: (data: Buffer) => void): this;
  on(event: 'error', listener: (error: Error) => void): this;
  on(event: string, listener: (...args: never[]) => void): this;
}

/** Most bytes in a message from a remote; a larger one ends the connection. */
export const MAX_PAYLOAD_BYTES = 1 << 20;
const MAX_FRAGMENTS = 1024;
const MAX_BUFFERED_CHUNKS = 4096;

export const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/**
 * Makes a bounded parser of a server's frames.
 *
 * @param inflater of compressed messages; null: none were agreed on, and one ends the connection
 */
export function frameReceiver(inflater: FragmentInflater | null = null): FrameReceiver {
  return new FrameParser({
    isServer: false,
    maxPayload: MAX_PAYLOAD_BYTES,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
    ...(inflater === null ? {} : { extensions: { 'permessage-deflate': inflater } }),
  });
}

/** Codes of the errors for a message over the limit, compressed or not. */
const TOO_LONG: ReadonlySet<unknown> = new Set(['WS_ERR_UNSUPPORTED_MESSAGE_LENGTH', 'ERR_BUFFER_TOO_LARGE']);

/** What a parser of frames found wrong, in words that quote nothing of the remote. */
export function frameErrorWords(error: Error): string {
  if ('code' in error && TOO_LONG.has(error.code)) return `a message of more than ${MAX_PAYLOAD_BYTES} bytes`;
  return error.message.replace(/^(Invalid|Unsupported) WebSocket frame: /, '');
}

/** What ended a connection: code and reason of a close frame. */
export interface Conclusion {
  readonly code: number;
  readonly reason: Buffer;
}

/** First byte of a close frame. */
const CLOSE_FIN = 0x80 | OPCODE.close;
/** Bytes of a frame without its payload, and of a close code. */
const HEAD_BYTES = 2;
const CODE_BYTES = 2;
/** Most bytes in the payload of a control frame (RFC 6455 section 5.5). */
const MAX_CONTROL_BYTES = 125;
const MAX_ASCII = 0x7f;

/**
 * Reads bytes that are one whole close frame with a usual code and a reason in ASCII: all that most connections of a storm ever
 * read. A parser for it would cost several times as much.
 *
 * @returns null: the bytes are something else, which a parser has to read
 */
export function readCloseFrame(bytes: Buffer): Conclusion | null {
  const length = bytes.length - HEAD_BYTES;
  if (bytes[0] !== CLOSE_FIN || bytes[1] !== length || length < CODE_BYTES || length > MAX_CONTROL_BYTES) return null;
  const code = bytes.readUInt16BE(HEAD_BYTES);
  if (!isUsual(code)) return null;
  const reason = Buffer.from(bytes.subarray(HEAD_BYTES + CODE_BYTES));
  return reason.every((byte) => byte <= MAX_ASCII) ? { code, reason } : null;
}

/** Whether a close code may be sent (RFC 6455 section 7.4) and is known to every parser: 1000 to 1003, 1007 to 1014, 3000 to 4999. */
function isUsual(code: number): boolean {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

/** Makes the whole masked frame of a message: of text, or binary (RFC 6455 section 5.6). */
export function messageFrame(message: Outgoing): Buffer {
  return typeof message === 'string' ? frame(OPCODE.text, Buffer.from(message)) : frame(OPCODE.binary, message, true);
}

/**
 * Makes one whole masked frame (RFC 6455 section 5.2).
 *
 * @param isKept whether `data` stays as it is; otherwise masking overwrites it, which saves a copy
 * @param isCompressed whether `data` is compressed, which RSV1 says (RFC 7692 section 6)
 */
export function frame(opcode: number, data: Buffer, isKept = false, isCompressed = false): Buffer {
  const parts = FrameWriter.frame(data, { fin: true, rsv1: isCompressed, opcode, mask: true, readOnly: isKept });
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/** Makes a masked close frame; `code` must be one that may be sent. */
export function closeFrame(code: number): Buffer {
  const body = Buffer.allocUnsafe(2);
  body.writeUInt16BE(code);
  return frame(OPCODE.close, body);
}
