import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Lists the files of a path: the file itself, or all below a folder, in the order of their names. Links in a folder are
 * not followed; sockets, pipes and devices are left out.
 *
 * @param skipped name of files to leave out of folders
 * @param onError called with a path that cannot be listed and the error; the rest is still listed
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
