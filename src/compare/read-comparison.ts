import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FILES } from '../results/files.ts';
import { FolderError } from '../results/folder-error.ts';
import { readText } from '../results/read-text.ts';
import { parseComparison, type Comparison } from './comparison.ts';

/**
 * Reads the folder that a comparison has written.
 *
 * @returns null for a folder of anything else
 * @throws {FolderError} when it is none that this version can read
 */
export function readComparison(dir: string): Comparison | null {
  if (!existsSync(join(dir, FILES.comparison))) return null;
  const comparison = parseComparison(readText(dir, 'comparison') ?? '');
  if (comparison !== null) return comparison;
  throw new FolderError(
    `${dir} holds no ${FILES.comparison} that this version of squall can read: name the folders of its runs to \`squall compare\``,
  );
}
