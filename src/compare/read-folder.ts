import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FILES } from '../results/files.ts';
import { FolderError } from '../results/folder-error.ts';
import { readText } from '../results/read-text.ts';
import { parseComparison, type Comparison } from './comparison.ts';
import { parseTuning, type Tuning } from './tuning.ts';

/**
 * Reads the folder that a comparison has written.
 *
 * @returns null for a folder of anything else
 * @throws {FolderError} when it is none that this version can read
 */
export function readComparison(dir: string): Comparison | null {
  const fix = 'name the folders of its runs, as far as it has any, to `squall compare`';
  const comparison = read(dir, 'comparison', parseComparison, fix);
  // What is compared is written down before the first run.
  if (comparison === null && existsSync(join(dir, 'scenario-1.yaml')) && !existsSync(join(dir, FILES.seeds))) {
    throw new FolderError(
      `${dir}: squall was killed before the comparison was told: \`squall compare ${dir}/2*\` compares what there is`,
    );
  }
  return comparison;
}

/** The same for what `squall tune` has written. */
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
