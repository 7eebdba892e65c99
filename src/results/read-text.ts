import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { FILES } from './files.ts';
import { FolderError, reasonOf } from './folder-error.ts';

/** The largest file that is read: an hour of the busiest run stays far below it. */
const READ_BYTES_MAX = 256 * 1024 * 1024;

type FileKey = keyof typeof FILES;

/**
 * The text of one file of a results folder; null when there is none.
 *
 * @throws {FolderError} when it is there and cannot be read
 */
export function readText(dir: string, file: FileKey): string | null {
  const path = join(dir, FILES[file]);
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return null;
    if (stat.size > READ_BYTES_MAX) {
      throw new Error(`${stat.size} bytes, more than the ${READ_BYTES_MAX} that squall reads`);
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new FolderError(`cannot read ${path} (${reasonOf(error)})`, { cause: error });
  }
}

/**
 * The whole lines of one file. A line counts only with its line feed: without it nobody can tell a short line from half
 * a long one. What is missing or torn is named in `warnings`.
 */
export function readLines(dir: string, file: FileKey, warnings: string[]): readonly string[] {
  const text = readText(dir, file);
  if (text === null) {
    warnings.push(`${FILES[file]} is missing`);
    return [];
  }
  const lines = text.split('\n');
  if (lines.pop() !== '')
    warnings.push(`${FILES[file]} ends in the middle of line ${lines.length + 1}, which is left out`);
  return lines;
}
