import { WireError } from './wire.ts';

/** What travels in one entry of a stream. */
export interface Frame {
  /** random number of the side that sent it; never 0 */
  readonly sender: number;
  /** number of the side that it is meant for; 0: its sender has heard nobody yet */
  readonly peer: number;
  /** number of the frame: rises by one with each */
  readonly number: number;
  /** number of the first message; messages are numbered from 0 */
  readonly from: number;
  /** messages received in order so far */
  readonly ack: number;
  /** whether the other side should acknowledge at once */
  readonly wantsAck: boolean;
  readonly messages: readonly Buffer[];
}

const FORMAT = 2;
/** format, whether an ack is wanted, five numbers of 6 bytes, count of messages */
const HEADER_BYTES = 2 + 5 * 6 + 4;
const LENGTH_BYTES = 4;
const NUMBER_BYTES = 6;

/** Writes a frame. */
export function encodeFrame({ sender, peer, number, from, ack, wantsAck, messages }: Frame): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  let at = header.writeUInt8(Number(wantsAck), header.writeUInt8(FORMAT));
  for (const value of [number, from, ack, sender, peer]) at = header.writeUIntLE(value, at, NUMBER_BYTES);
  header.writeUInt32LE(messages.length, at);
  const parts = messages.flatMap((message) => {
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32LE(message.length);
    return [length, message];
  });
  return Buffer.concat([header, ...parts]);
}

/** Reads a frame; the messages are views of the bytes. @throws WireError */
export function decodeFrame(bytes: Buffer): Frame {
  if (bytes.length < HEADER_BYTES || bytes[0] !== FORMAT) throw new WireError('not a frame of this version of squall');
  const numberAt = (place: number): number => bytes.readUIntLE(2 + place * NUMBER_BYTES, NUMBER_BYTES);
  const count = bytes.readUInt32LE(HEADER_BYTES - LENGTH_BYTES);
  const messages: Buffer[] = [];
  let at = HEADER_BYTES;
  for (let n = 0; n < count; n++) {
    const start = at + LENGTH_BYTES;
    const end = start <= bytes.length ? start + bytes.readUInt32LE(at) : Infinity;
    if (end > bytes.length) throw new WireError('a frame ends early');
    messages.push(bytes.subarray(start, end));
    at = end;
  }
  const [number, from, ack] = [numberAt(0), numberAt(1), numberAt(2)];
  return { sender: numberAt(3), peer: numberAt(4), number, from, ack, wantsAck: bytes[1] === 1, messages };
}
