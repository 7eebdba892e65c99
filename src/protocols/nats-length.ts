import { BROKEN, MAX_MESSAGE_BYTES, UNKNOWN } from './stream.ts';

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const MESSAGE = 0x4d;
const HEADED = 0x48;
/** Longest line that is read; INFO names every server of a cluster. */
const MAX_LINE_BYTES = 32_768;
const MAX_DIGITS = 7;

/** Length of the message that begins at `from`: its line, and the payload of MSG and HMSG. */
export function natsLength(data: Buffer, from: number, to: number): number {
  const end = lineEnd(data, from, to);
  if (end === -1) return to - from > MAX_LINE_BYTES ? BROKEN : UNKNOWN;
  if (end - from > MAX_LINE_BYTES) return BROKEN;
  const line = end + 2 - from;
  const first = data[from];
  if (first !== MESSAGE && first !== HEADED) return line;
  const size = lastNumber(data, from, end);
  if (size === -1 || size > MAX_MESSAGE_BYTES) return BROKEN;
  return line + size + 2;
}

/** Returns where a line's CRLF stands; -1: it has not come yet. */
export function lineEnd(data: Buffer, from: number, to: number): number {
  const lf = data.indexOf(LF, from + 1);
  return lf === -1 || lf >= to || data[lf - 1] !== CR ? -1 : lf - 1;
}

/** The number at the end of a line, after a space; -1: there is none. */
function lastNumber(data: Buffer, from: number, to: number): number {
  let value = 0;
  let at = to - 1;
  for (let unit = 1; at > from && data[at] !== SPACE; at--, unit *= 10) {
    const digit = data[at]! - 0x30;
    if (digit < 0 || digit > 9 || to - at > MAX_DIGITS) return -1;
    value += digit * unit;
  }
  return at === to - 1 ? -1 : value;
}
