import { join } from 'node:path';
import { readRegular } from '../disk/regular-file.ts';
import { FILES } from './files.ts';
import { FolderError, reasonOf } from './folder-error.ts';

/** Maximum size of a file of lines, bytes; an hour of the busiest run is far smaller. */
const LINES_BYTES_MAX = 256 * 1024 * 1024;
/** Maximum size of a file with one document, bytes. */
const DOCUMENT_BYTES_MAX = 32 * 1024 * 1024;
/** Maximum number of lines of a file: several per second of a run of weeks. */
const LINES_MAX = 5_000_000;
/** Maximum length of a line, in characters: all bins of all curves of the longest run. */
const LINE_CHARS_MAX = 32 * 1024 * 1024;
const LF = 0x0a;

type FileKey = keyof typeof FILES;

/**
 * The text of one file of a results folder; null if it does not exist.
 *
 * @throws {FolderError} when the file cannot be read, or is no regular file
 */
export function readText(dir: string, file: FileKey): string | null {
  return readBytes(dir, file, DOCUMENT_BYTES_MAX)?.toString('utf8') ?? null;
}

/**
 * The bytes of one file of a results folder; null if it does not exist. Symbolic links are not followed, since a
 * foreign folder must not make a report show another file of this machine.
 *
 * @throws {FolderError} when the file cannot be read, or is no regular file
 */
export function readBytes(dir: string, file: FileKey, maxBytes = LINES_BYTES_MAX): Buffer | null {
  const path = join(dir, FILES[file]);
  try {
    return readRegular(path, maxBytes, false);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const reason = code === 'ELOOP' ? 'it is a symbolic link: put the file itself there' : reasonOf(error);
    throw new FolderError(`cannot read ${path} (${reason})`, { cause: error });
  }
}

/**
 * The complete lines of one file. A line without its line feed may be torn and is left out; `warnings` names missing
 * and torn lines.
 */
export function readLines(dir: string, file: FileKey, warnings: string[]): readonly string[] {
  const bytes = readBytes(dir, file);
  if (bytes === null) {
    warnings.push(`${FILES[file]} is missing`);
    return [];
  }
  if (count(bytes, LF) > LINES_MAX) {
    throw new FolderError(`cannot read ${join(dir, FILES[file])} (it has more than ${LINES_MAX} lines)`);
  }
  const lines = bytes.toString('utf8').split('\n');
  if (lines.pop() !== '')
    warnings.push(`${FILES[file]} ends in the middle of line ${lines.length + 1}, which is left out`);
  // No file has empty lines, so readers count one as damaged.
  return lines.map((line) => (line.length > LINE_CHARS_MAX ? '' : line));
}

function count(bytes: Buffer, byte: number): number {
  let found = 0;
  for (let at = bytes.indexOf(byte); at !== -1; at = bytes.indexOf(byte, at + 1)) found += 1;
  return found;
}
