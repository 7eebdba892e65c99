import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { NotARegularFile, readBounded, readRegular, TooLarge } from '../disk/regular-file.ts';
import { MAX_FILE_BYTES } from './limits.ts';

/** A kind of file, for messages about unreadable ones. */
export interface FileKind {
  readonly name: string;
  /** the command that makes one */
  readonly origin: string;
}

export const SCENARIO_FILE: FileKind = { name: 'scenario', origin: '`squall init` makes a scenario to start from' };
export const MODEL_FILE: FileKind = { name: 'model', origin: '`squall calibrate` writes one' };

/** Why a file cannot be read, and the fix. */
export interface Unreadable {
  readonly what: string;
  readonly fix: string;
}

/** The text of a YAML file that the user named, or why it cannot be read. It may be a pipe. */
export function readText(file: string, kind: FileKind): string | Unreadable {
  return textOf(() => readAnything(file), kind);
}

/** The text of a file that a scenario named. Only regular files are read, since a pipe or device could block. */
export function readNamed(file: string, kind: FileKind): string | Unreadable {
  return textOf(() => readRegular(file, MAX_FILE_BYTES, false), kind);
}

function textOf(read: () => Uint8Array, kind: FileKind): string | Unreadable {
  let bytes: Uint8Array;
  try {
    bytes = read();
  } catch (error) {
    return reasonOf(error, kind);
  }
  if (bytes.includes(0)) return { what: 'a binary file', fix: `give a ${kind.name} in YAML` };
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { what: 'not UTF-8', fix: `give a ${kind.name} in YAML, saved as UTF-8` };
  }
}

function readAnything(file: string): Uint8Array {
  const descriptor = openSync(file, 'r');
  try {
    return readBounded(descriptor, MAX_FILE_BYTES);
  } finally {
    closeSync(descriptor);
  }
}

function notRegular(directory: boolean, kind: FileKind): Unreadable {
  if (directory) return { what: 'a directory', fix: `name the ${kind.name} file in it` };
  return { what: 'a pipe, a device or a socket', fix: `name a regular ${kind.name} file` };
}

function reasonOf(error: unknown, kind: FileKind): Unreadable {
  if (error instanceof TooLarge)
    return { what: 'larger than 1 MiB', fix: `a ${kind.name} is a few hundred lines at most` };
  if (error instanceof NotARegularFile) return notRegular(error.directory, kind);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return { what: 'no such file', fix: `check the path; ${kind.origin}` };
  if (code === 'EISDIR') return notRegular(true, kind);
  if (code === 'EACCES' || code === 'EPERM') return { what: 'not readable by this user', fix: 'check its permissions' };
  return { what: `cannot be read (${code === '' ? 'I/O error' : code})`, fix: 'check the path' };
}

/** Whether there is nothing at a path, in a folder that exists. */
export function isFree(path: string): boolean {
  return !existsSync(path) && statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Why a path cannot be read; null for a regular file. */
export function whyUnusable(path: string): string | null {
  try {
    const stats = statSync(path);
    if (stats.isFile()) return null;
    return stats.isDirectory() ? 'a directory' : 'a pipe, a device or a socket';
  } catch {
    // The message is the same for a missing file, a forbidden one and an impossible name.
    return 'no such file';
  }
}
