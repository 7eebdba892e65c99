import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';

/** The file's owner may read and write it, and nobody else: for files that hold secrets. */
export const PRIVATE = 0o600;

/**
 * Writes or replaces a file. It has the old content, if any, or the whole new one at any time.
 *
 * @param mode permissions; null: those of any new file
 * @throws the file system's error; the old content stays
 * @example replaceFile('users.csv', ['refresh\n', 'r1\n'], PRIVATE)
 */
export function replaceFile(path: string, parts: Iterable<string>, mode: number | null): void {
  const unfinished = `${path}.part`;
  try {
    const fd = openSync(unfinished, 'w', mode ?? undefined);
    try {
      // An earlier, unfinished file may have other permissions.
      if (mode !== null) chmodSync(unfinished, mode);
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

/** Writes all bytes; a write may take only a part of them, above all on a nearly full disk. */
function writeAll(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}
