import { IS_BASE64URL } from './alphabet.ts';

/** What a byte is to somebody who looks for tokens. */
export const KIND = {
  /** no part of a token */
  separator: 0,
  /** stands for itself */
  token: 1,
  /** + or /, which base64 has for - and _ */
  variant: 2,
  percent: 3,
  /** may stand between two pieces of a broken token, beside the line break */
  gap: 4,
  /** padding; before a line break it is how quoted-printable breaks lines (RFC 2045 section 6.7) */
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
// UTF-16 text then reads like its ASCII.
set('\0', KIND.nothing);

function set(chars: string, kind: number): void {
  for (const char of chars) KINDS[char.charCodeAt(0)] = kind;
}

/** The value of a hexadecimal digit by its code; 255 for all others. */
const HEX = new Uint8Array(256).fill(255);
for (let value = 0; value < 16; value++) {
  HEX[value.toString(16).charCodeAt(0)] = value;
  HEX[value.toString(16).toUpperCase().charCodeAt(0)] = value;
}

/** The number that so many hexadecimal digits stand for; -1 when they are none. */
export function hexAt(bytes: Uint8Array, at: number, digits: number): number {
  let value = 0;
  for (let i = at; i < at + digits; i++) {
    const digit = HEX[bytes[i] ?? 0]!;
    if (digit === 255) return -1;
    value = value * 16 + digit;
  }
  return value;
}
