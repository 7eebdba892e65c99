import { IS_BASE64URL } from './alphabet.ts';

/** Kinds of bytes, for a search for tokens. */
export const KIND = {
  /** not part of a token */
  separator: 0,
  /** a character of base64url */
  token: 1,
  /** + or /, base64's characters for - and _ */
  variant: 2,
  percent: 3,
  /** allowed beside a line break between two pieces of a broken token */
  gap: 4,
  /** padding; before a line break it is a soft break of quoted-printable (RFC 2045 section 6.7) */
  equals: 5,
  nothing: 6,
} as const;

export const KINDS = new Uint8Array(256);

for (let code = 0; code < KINDS.length; code++) if (IS_BASE64URL[code] === 1) KINDS[code] = KIND.token;
set('.~', KIND.token);
set('+/', KIND.variant);
set('%', KIND.percent);
set('=', KIND.equals);
set(' \t\r\n\\"\',|>#*', KIND.gap);
// UTF-16 text then reads as ASCII.
set('\0', KIND.nothing);

function set(chars: string, kind: number): void {
  for (const char of chars) KINDS[char.charCodeAt(0)] = kind;
}

/** Values of hexadecimal digits by character code; 255 for other characters. */
const HEX = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value++) {
  HEX[value.toString(16).charCodeAt(0)] = value;
  HEX[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

/** Reads a number of `digits` hexadecimal digits; -1: there is none. */
export function hexAt(bytes: Uint8Array, at: number, digits: number): number {
  let value = 0;
  for (let i = at; i < at + digits; i++) {
    const digit = HEX[bytes[i] ?? 0]!;
    if (digit === 255) return -1;
    value = value * 16 + digit;
  }
  return value;
}
