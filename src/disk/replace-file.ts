import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/**
 * Replaces a file that holds secrets. It has the old content or the new one at any time, and only its user may read it.
 *
 * @throws the file system's error; the old content stays
 * @example replaceFile('users.csv', ['refresh\n', 'r1\n'])
 */
export function replaceFile(path: string, parts: Iterable<string>): void {
  const unfinished = `${path}.part`;
  try {
    const fd = openSync(unfinished, 'w', PRIVATE);
    try {
      // An earlier, unfinished file may have other permissions.
      chmodSync(unfinished, PRIVATE);
      for (const part of parts) writeAll(fd, Buffer.from(part));
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(unfinished, path);
  } catch (error) {
    // On a full disk its room is needed.
    rmSync(unfinished, { force: true });
    throw error;
  }
}

/** The file's owner may read and write it, and nobody else. */
const PRIVATE = 0o600;

/** Writes all bytes; a write may take only a part of them, above all on a nearly full disk. */
function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}
