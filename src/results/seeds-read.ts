import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FILES } from './files.ts';
import { FolderError } from './folder-error.ts';
import { readLines, readText } from './read-text.ts';
import { parseRunLine } from './seeds-line.ts';
import { parsePlan } from './seeds-plan.ts';
import { parseSeedsSummary, summariseSeeds, type SeedsSummary } from './seeds-summary.ts';

/** The content of a results folder of many seeds. */
interface SeedsContent {
  /** the written summary; computed from the lines when the runs were cut off */
  readonly summary: SeedsSummary;
  /** missing and damaged data, in words */
  readonly warnings: readonly string[];
}

/**
 * Reads the results folder of many seeds, complete or cut off.
 *
 * @returns null for any other folder
 * @throws {FolderError} when this version cannot read it
 */
export function readSeeds(dir: string): SeedsContent | null {
  if (!existsSync(join(dir, FILES.seeds))) return null;
  const warnings: string[] = [];
  const text = readText(dir, 'summary');
  const summary = text === null ? null : parseSeedsSummary(text, join(dir, FILES.summary));
  if (summary !== null) return { summary, warnings };
  if (text !== null) warnings.push(`${FILES.summary} is damaged; the figures are worked out anew`);
  return { summary: summaryOfLines(dir, warnings), warnings };
}

function summaryOfLines(dir: string, warnings: string[]): SeedsSummary {
  const [first = '', ...lines] = readLines(dir, 'seeds', warnings);
  const plan = parsePlan(first, join(dir, FILES.seeds));
  if (plan === null) {
    throw new FolderError(
      `${dir} holds no ${FILES.seeds} that this version of squall can read: name the folder of a run`,
    );
  }
  const done = lines.map((line) => parseRunLine(line, plan)).filter((run) => run !== null);
  const damaged = lines.length - done.length;
  if (damaged > 0) warnings.push(`${FILES.seeds}: ${damaged} damaged lines are left out`);
  return summariseSeeds({ plan, done, early: 'cut-off' });
}
