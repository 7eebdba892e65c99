import { closeSync, readSync } from 'node:fs';
import { openRegular } from './regular-file.ts';

const CHUNK_BYTES = 1 << 18;
const LF = 0x0a;

/**
 * Reads the lines of a regular file one at a time, and refuses symbolic links. Text after the last line feed is a line.
 *
 * @throws {RangeError} at a line of more than `maxBytes`; {NotARegularFile}, or the file system's error
 * @example for (const line of regularLines('tokens.fp', 65_536)) take(line);
 */
export function* regularLines(path: string, maxBytes: number): Iterable<string> {
  const descriptor = openRegular(path, false);
  try {
    let rest = Buffer.alloc(0);
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let read = readSync(descriptor, chunk); read > 0; read = readSync(descriptor, chunk)) {
      let bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
      for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF)) {
        yield bytes.toString('utf8', 0, end);
        bytes = bytes.subarray(end + 1);
      }
      if (bytes.length > maxBytes) throw new RangeError(`a line of more than ${maxBytes} bytes`);
      rest = bytes;
    }
    if (rest.length > 0) yield rest.toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}
