import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { FolderError, reasonOf } from './folder-error.ts';

/**
 * Writes a file that appears under its name only when all of it is on the disk.
 *
 * @throws {FolderError} when it cannot be written
 */
export function writeWhole(path: string, text: string): void {
  const unfinished = `${path}.part`;
  try {
    const fd = openSync(unfinished, 'w');
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(unfinished, path);
  } catch (error) {
    // On a full disk its room is needed.
    rmSync(unfinished, { force: true });
    throw new FolderError(`cannot write ${path} (${reasonOf(error)})`, { cause: error });
  }
}
