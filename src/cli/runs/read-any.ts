import { readComparison, readTuning } from '../../compare/read-folder.ts';
import type { ReportFormat, Reports } from '../../report/formats.ts';
import { COMPARISON } from '../../report/of-comparison.ts';
import { RUN } from '../../report/of-run.ts';
import { SEEDS } from '../../report/of-seeds.ts';
import { TUNING } from '../../report/of-tuning.ts';
import { summaryOf } from '../../results/summarise-run.ts';
import { readFolder } from '../../results/read-folder.ts';
import { readSeeds } from '../../results/seeds-read.ts';
import { readComparedRuns } from './read-compared-runs.ts';

/**
 * Reads any folder that squall writes, and passes its content to `show` with the reports available for it.
 *
 * @param show also gets the warnings about missing or damaged data that a report of a given format does not contain
 * @throws {FolderError} for any other folder
 */
export function readAny<Result>(
  dir: string,
  show: <Material>(
    reports: Reports<Material>,
    material: Material,
    warnings: (kind: ReportFormat) => readonly string[],
  ) => Result,
): Result {
  const comparison = readComparison(dir);
  if (comparison !== null) return show(COMPARISON, { comparison, dir, runs: readComparedRuns(dir, comparison) }, none);
  const tuning = readTuning(dir);
  if (tuning !== null) return show(TUNING, { tuning, dir }, none);
  const seeds = readSeeds(dir);
  if (seeds !== null) return show(SEEDS, { summary: seeds.summary, dir }, () => seeds.warnings);
  const content = readFolder(dir);
  const { measurements, scenario, prediction, warnings } = content;
  const predicted = prediction?.curves ?? null;
  const material = { summary: summaryOf(content), measurements, scenario, predicted, dir };
  // A summary that was made of what the folder holds has the warnings; the run's own one was written before the damage.
  return show(RUN, material, (kind) => (kind === 'text' && content.summary === null ? [] : warnings));
}

function none(): readonly string[] {
  return [];
}
