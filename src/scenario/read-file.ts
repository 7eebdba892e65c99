import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { MAX_FILE_BYTES } from './limits.ts';

/** A kind of file, for the messages about one that cannot be read. */
export interface FileKind {
  readonly name: string;
  /** where one comes from */
  readonly origin: string;
}

export const SCENARIO_FILE: FileKind = { name: 'scenario', origin: '`squall init` makes a scenario to start from' };
export const MODEL_FILE: FileKind = { name: 'model', origin: '`squall calibrate` writes one' };

/** Why a file gives no text, and what to do about it. */
export interface Unreadable {
  readonly what: string;
  readonly fix: string;
}

/** The text of a file that should hold YAML, or why there is none. */
export function readText(file: string, kind: FileKind): string | Unreadable {
  const bytes = readBounded(file, kind);
  if (!(bytes instanceof Uint8Array)) return bytes;
  if (bytes.length > MAX_FILE_BYTES)
    return { what: 'larger than 1 MiB', fix: `a ${kind.name} is a few hundred lines at most` };
  if (bytes.includes(0)) return { what: 'a binary file', fix: `give a ${kind.name} in YAML` };
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { what: 'not UTF-8', fix: `give a ${kind.name} in YAML, saved as UTF-8` };
  }
}

/** One byte past the bound at most: a pipe or device has no size that could be asked for beforehand. */
function readBounded(file: string, kind: FileKind): Uint8Array | Unreadable {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    if (fstatSync(descriptor).isDirectory()) return { what: 'a directory', fix: `name the ${kind.name} file in it` };
    const buffer = new Uint8Array(MAX_FILE_BYTES + 1);
    let length = 0;
    while (length < buffer.length) {
      const read = readSync(descriptor, buffer, length, buffer.length - length, null);
      if (read === 0) break;
      length += read;
    }
    return buffer.subarray(0, length);
  } catch (error) {
    return reasonOf(error, kind);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function reasonOf(error: unknown, kind: FileKind): Unreadable {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return { what: 'no such file', fix: `check the path; ${kind.origin}` };
  if (code === 'EACCES' || code === 'EPERM') return { what: 'not readable by this user', fix: 'check its permissions' };
  return { what: `cannot be read (${code === '' ? 'I/O error' : code})`, fix: 'check the path' };
}
