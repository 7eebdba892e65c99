import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FILES } from './files.ts';
import { FolderError } from './folder-error.ts';
import { readLines, readText } from './read-text.ts';
import { parseRunLine } from './seeds-line.ts';
import { parsePlan } from './seeds-plan.ts';
import { parseSeedsSummary, summariseSeeds, type SeedsSummary } from './seeds-summary.ts';

/** What a results folder of many seeds tells. */
interface SeedsContent {
  /** as squall wrote it; of a run that was cut off, what its lines come to */
  readonly summary: SeedsSummary;
  /** what is missing or damaged, in words */
  readonly warnings: readonly string[];
}

/**
 * Reads the results folder of many seeds, whole or cut off.
 *
 * @returns null for a folder of anything else
 * @throws {FolderError} when it is none that this version can read
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
