import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** The error for a path that is no regular file: a directory, a pipe, a device or a socket. */
export class NotARegularFile extends Error {
  override readonly name = 'NotARegularFile';
  readonly directory: boolean;

  constructor(directory: boolean) {
    super(directory ? 'it is a directory' : 'it is no regular file, but a pipe, a device or a socket');
    this.directory = directory;
  }
}

/** The error for a file that is larger than its reader's limit. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';

  constructor(maxBytes: number) {
    super(`it holds more than the ${maxBytes} bytes that squall reads`);
  }
}

/** O_NONBLOCK, because otherwise opening a pipe waits for a writer without a limit. */
const HOW = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * Opens a regular file for reading, and never waits for a pipe or a device. The caller closes the descriptor.
 *
 * @param allowLink whether the last name of the path may be a symbolic link
 * @throws {NotARegularFile} or the file system's error
 * @example const descriptor = openRegular('model.yaml');
 */
export function openRegular(path: string, allowLink = true): number {
  // Devices are not opened, because opening some of them has side effects.
  refuseSpecial(statSync(path));
  const descriptor = openSync(path, allowLink ? HOW : HOW | constants.O_NOFOLLOW);
  try {
    // The path may lead elsewhere by now, so the open file is checked.
    refuseSpecial(fstatSync(descriptor));
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/**
 * Reads a regular file of at most `maxBytes` bytes.
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
 * Reads all bytes of a descriptor, at most `maxBytes`. Its size is not relied on: a file may grow, and a pipe has none.
 *
 * @throws {TooLarge} or the file system's error
 */
export function readBounded(descriptor: number, maxBytes: number): Buffer {
  const { size } = fstatSync(descriptor);
  if (size > maxBytes) throw new TooLarge(maxBytes);
  // One byte more than the limit shows that the file is too large.
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
