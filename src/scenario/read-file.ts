import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { MAX_FILE_BYTES } from './limits.ts';
import { ScenarioError } from './problem.ts';

/** The text of a scenario file. Throws `ScenarioError` for whatever cannot be one. */
export function readScenarioFile(file: string): string {
  const bytes = readBounded(file);
  if (bytes.length > MAX_FILE_BYTES)
    throw unreadable(file, 'larger than 1 MiB — a scenario is a few hundred lines at most');
  if (bytes.includes(0)) throw unreadable(file, 'a binary file — give a scenario in YAML');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw unreadable(file, 'not UTF-8 — give a scenario in YAML, saved as UTF-8');
  }
}

/** One byte past the bound at most: a pipe or device has no size that could be asked for beforehand. */
function readBounded(file: string): Buffer {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    if (fstatSync(descriptor).isDirectory()) throw unreadable(file, 'a directory — name the scenario file in it');
    const buffer = Buffer.alloc(MAX_FILE_BYTES + 1);
    let length = 0;
    while (length < buffer.length) {
      const read = readSync(descriptor, buffer, length, buffer.length - length, null);
      if (read === 0) break;
      length += read;
    }
    return buffer.subarray(0, length);
  } catch (error) {
    throw error instanceof ScenarioError ? error : unreadable(file, reasonOf(error));
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return 'no such file — check the path; `squall init` makes a scenario to start from';
  if (code === 'EACCES' || code === 'EPERM') return 'not readable by this user — check its permissions';
  return `cannot be read (${code === '' ? 'I/O error' : code}) — check the path`;
}

function unreadable(file: string, message: string): ScenarioError {
  return new ScenarioError([{ place: { file }, path: '', message }]);
}
