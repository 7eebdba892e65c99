import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The files that a path names: itself, or all in a folder and its folders, in the order of their names. Links in a
 * folder are not followed, and what is no file (a socket, a pipe) is left out.
 *
 * @param skipped name of files that are left out of folders
 * @param onError called with what cannot be listed, and why; the rest is still listed
 */
export function* filesUnder(
  path: string,
  skipped: string,
  onError: (path: string, error: unknown) => void,
): Iterable<string> {
  try {
    if (!statSync(path).isDirectory()) {
      yield path;
      return;
    }
  } catch (error) {
    onError(path, error);
    return;
  }
  yield* filesIn(path, skipped, onError);
}

function* filesIn(folder: string, skipped: string, onError: (path: string, error: unknown) => void): Iterable<string> {
  let entries;
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    onError(folder, error);
    return;
  }
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path, skipped, onError);
    else if (entry.isFile() && entry.name !== skipped) yield path;
  }
}
