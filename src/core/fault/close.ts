import { scalar } from '../codec/codec.ts';
import { reject } from '../codec/reject.ts';
import { MAX_CLOSE_REASON_BYTES } from '../limits.ts';

/** RFC 6455 section 7.4.1: 1005, 1006 and 1015 never travel, and below 3000 only these are assigned. */
const SENDABLE_BELOW_3000: readonly unknown[] = [
  1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014,
];

export const closeCode = scalar<number>(
  (input) => {
    const right = 'write a code that a server may send: 1000-1003, 1007-1014 or 3000-4999';
    if (typeof input !== 'number' || !Number.isInteger(input)) return reject('not a close code', input, right);
    const sendable = SENDABLE_BELOW_3000.includes(input) || (input >= 3000 && input <= 4999);
    return sendable ? input : reject('no code that can be sent', input, right);
  },
  Number,
  { anyOf: [{ enum: SENDABLE_BELOW_3000 }, { type: 'integer', minimum: 3000, maximum: 4999 }], examples: [1012] },
);

export const closeReason = scalar<string>(
  (input) => {
    const right = `write text of at most ${MAX_CLOSE_REASON_BYTES} bytes`;
    if (typeof input !== 'string') return reject('not text', input, right);
    if (/[\p{Cc}\p{Cs}]/u.test(input)) return reject('not plain text', input, right);
    return utf8Bytes(input) > MAX_CLOSE_REASON_BYTES ? reject('too long for a close frame', input, right) : input;
  },
  String,
  { type: 'string', maxLength: MAX_CLOSE_REASON_BYTES },
);

function utf8Bytes(text: string): number {
  return encodeURIComponent(text).replaceAll(/%../g, '.').length;
}
