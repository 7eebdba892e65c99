import { BROKEN, UNKNOWN } from './stream.ts';

/** Most bytes of a packet's remaining length (MQTT 5 section 1.5.5). */
const MAX_BYTES = 4;
const MORE = 0x80;

/** Length of the packet that begins at `from`, with its fixed header. */
export function packetLength(data: Buffer, from: number, to: number): number {
  let remaining = 0;
  for (let n = 0; n < MAX_BYTES; n++) {
    const at = from + 1 + n;
    if (at >= to) return UNKNOWN;
    const byte = data[at]!;
    remaining += (byte & (MORE - 1)) * MORE ** n;
    if (byte < MORE) return 2 + n + remaining;
  }
  return BROKEN;
}

/** Returns where the packet's variable header begins. */
export function bodyAt(data: Buffer, from: number): number {
  let at = from + 1;
  while (data[at]! >= MORE) at += 1;
  return at + 1;
}

/** The number of bytes that a remaining length takes. */
export function lengthBytes(remaining: number): number {
  let bytes = 1;
  for (let rest = remaining; rest >= MORE; rest = Math.floor(rest / MORE)) bytes += 1;
  return bytes;
}

/** Writes a remaining length. @returns where the variable header begins */
export function writeLength(packet: Buffer, from: number, remaining: number): number {
  let at = from;
  let rest = remaining;
  while (rest >= MORE) {
    packet[at++] = (rest % MORE) + MORE;
    rest = Math.floor(rest / MORE);
  }
  packet[at++] = rest;
  return at;
}
