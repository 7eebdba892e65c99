import { replaceFile } from '../disk/replace-file.ts';
import { FolderError, reasonOf } from './folder-error.ts';

/**
 * Writes a file that appears under its name only when all of it is on the disk.
 *
 * @throws {FolderError} when it cannot be written
 */
export function writeWhole(path: string, text: string): void {
  try {
    replaceFile(path, [text], null);
  } catch (error) {
    throw new FolderError(`cannot write ${path} (${reasonOf(error)})`, { cause: error });
  }
}
