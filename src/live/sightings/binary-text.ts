import { isUtf8 } from 'node:buffer';

/** Most bytes of a message that are looked at for characters of no text. */
const LOOKED_AT_BYTES = 16_384;
/** Bytes that are shown of a binary frame; fewer than any token has. */
const SHOWN_BYTES = 8;
/** Control characters that text protocols do use: tab, line ends, escape, and the record separator. */
const OF_TEXT = new Set('\t\r\n\u001b\u001e');

/** Whether a message can be read as text. */
export function isText(data: Buffer): boolean {
  if (!isUtf8(data)) return false;
  const controls = data.toString('utf8', 0, LOOKED_AT_BYTES).match(/\p{Cc}/gu) ?? [];
  return controls.every((each) => OF_TEXT.has(each));
}

/**
 * Describes bytes that are no text.
 *
 * @example binaryText(Buffer.from([0x20, 2, 0, 0])) // '4 bytes: 20 02 00 00'
 */
export function binaryText(data: Buffer): string {
  const shown = data
    .subarray(0, SHOWN_BYTES)
    .toString('hex')
    .replaceAll(/..(?!$)/g, '$& ');
  return `${data.length} bytes: ${shown}${data.length > SHOWN_BYTES ? ' …' : ''}`;
}
