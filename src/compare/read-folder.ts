import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FILES } from '../results/files.ts';
import { FolderError } from '../results/folder-error.ts';
import { readText } from '../results/read-text.ts';
import { parseComparison, type Comparison } from './comparison.ts';
import { parseTuning, type Tuning } from './tuning.ts';

/**
 * Reads the folder of a comparison.
 *
 * @returns null: the folder holds something else
 * @throws {FolderError} for a folder that this version cannot read
 */
export function readComparison(dir: string): Comparison | null {
  const fix = 'name the folders of its runs, as far as it has any, to `squall compare`';
  const comparison = read(dir, 'comparison', parseComparison, fix);
  // The plan is written before the first run.
  if (comparison === null && existsSync(join(dir, 'scenario-1.yaml')) && !existsSync(join(dir, FILES.seeds))) {
    throw new FolderError(
      `${dir}: squall was killed before the comparison was written: \`squall compare ${dir}/2*\` compares the finished runs`,
    );
  }
  return comparison;
}

/** Reads the folder of a tuning, as `readComparison` does. */
export function readTuning(dir: string): Tuning | null {
  return read(dir, 'tuning', parseTuning, 'tune anew; its live runs are folders of their own');
}

function read<Content>(
  dir: string,
  name: 'comparison' | 'tuning',
  parse: (text: string, file: string) => Content | null,
  fix: string,
): Content | null {
  if (!existsSync(join(dir, FILES[name]))) return null;
  const content = parse(readText(dir, name) ?? '', join(dir, FILES[name]));
  if (content !== null) return content;
  throw new FolderError(`${dir} holds no ${FILES[name]} that this version of squall can read: ${fix}`);
}
