import { summaryOf } from '../results/summarise-run.ts';
import { readFolder } from '../results/read-folder.ts';
import type { Summary } from '../results/summary.ts';

/**
 * The summary of a run from its results folder, also one that an older version wrote, or of a run that was cut off.
 *
 * @example readSummary('results/2026-03-01T10-00-00-expiry-cliff').verdict // 'fail'
 * @throws {FolderError} when the folder cannot be read, or a newer version wrote it
 */
export function readSummary(folder: string): Summary {
  return summaryOf(readFolder(folder));
}
