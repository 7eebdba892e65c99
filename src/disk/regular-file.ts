import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** A name leads to something that no text can be read from: a directory, a pipe, a device, a socket. */
export class NotARegularFile extends Error {
  override readonly name = 'NotARegularFile';
  readonly directory: boolean;

  constructor(directory: boolean) {
    super(directory ? 'it is a directory' : 'it is no regular file, but a pipe, a device or a socket');
    this.directory = directory;
  }
}

/** A file holds more bytes than its reader takes. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';

  constructor(maxBytes: number) {
    super(`it holds more than the ${maxBytes} bytes that squall reads`);
  }
}

/** Without O_NONBLOCK the opening of a pipe waits for a writer, for ever. */
const HOW = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Opens a regular file for reading, without ever waiting for a pipe or a device. The caller closes the descriptor.
 *
 * @param allowLink whether the last name of the path may be a symbolic link
 * @throws {NotARegularFile} or the file system's error
 * @example const descriptor = openRegular('model.yaml');
 */
export function openRegular(path: string, allowLink = true): number {
  // The opening of some devices has an effect of its own, so they are not even opened.
  refuseSpecial(statSync(path));
  const descriptor = openSync(path, allowLink ? HOW : HOW | constants.O_NOFOLLOW);
  try {
    // The name may lead elsewhere by now: what was opened is what counts.
    refuseSpecial(fstatSync(descriptor));
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/**
 * The bytes of a regular file.
 *
 * @throws {NotARegularFile} or {TooLarge}, or the file system's error
 * @example const text = readRegular('model.yaml', 1024 * 1024).toString('utf8');
 */
export function readRegular(path: string, maxBytes: number, allowLink = true): Buffer {
  const descriptor = openRegular(path, allowLink);
  try {
    return readBounded(descriptor, maxBytes);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * All bytes behind a descriptor, whose size is not believed: a file may grow, and a pipe has none.
 *
 * @throws {TooLarge} or the file system's error
 */
export function readBounded(descriptor: number, maxBytes: number): Buffer {
  const { size } = fstatSync(descriptor);
  if (size > maxBytes) throw new TooLarge(maxBytes);
  // Reading one byte more than is allowed shows that there is more.
  let buffer: Buffer = Buffer.alloc(Math.min(maxBytes, Math.max(size, FIRST_BYTES)) + 1);
  let length = 0;
  for (;;) {
    const read = readSync(descriptor, buffer, length, buffer.length - length, null);
    if (read === 0) return buffer.subarray(0, length);
    length += read;
    if (length > maxBytes) throw new TooLarge(maxBytes);
    if (length === buffer.length) buffer = grown(buffer, maxBytes);
  }
}

const FIRST_BYTES = 64 * 1024;

function grown(buffer: Buffer, maxBytes: number): Buffer {
  const larger = Buffer.alloc(Math.min(2 * buffer.length, maxBytes + 1));
  buffer.copy(larger);
  return larger;
}

function refuseSpecial(stats: { isFile(): boolean; isDirectory(): boolean }): void {
  if (!stats.isFile()) throw new NotARegularFile(stats.isDirectory());
}
