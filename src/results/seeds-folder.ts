import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolvedYaml } from '../scenario/resolved-yaml.ts';
import { AppendFile } from './append-file.ts';
import { FILES } from './files.ts';
import { FolderError } from './folder-error.ts';
import { makeFolder } from './folder-name.ts';
import { runIndex, runLine, type SeedRun } from './seeds-line.ts';
import type { SeedsPlan, Setting } from './seeds-plan.ts';
import type { SeedsSummary } from './seeds-summary.ts';
import { writeWhole } from './write-whole.ts';

interface SeedsFolderOptions {
  /** the folder's folder; made where it is missing */
  readonly resultsDir: string;
  readonly plan: SeedsPlan;
  /** those of the plan */
  readonly settings: readonly Setting[];
  /** when the folder is made, for its name */
  readonly namedAt: Date;
  /** told once, in words, when writing fails; the runs are to go on */
  readonly onWarning: (message: string) => void;
}

/**
 * The results folder of many seeds, `<time>-<name>-seeds`, or `-settings` where something is varied: a line of each run
 * as it is done, the summary at the end.
 */
export class SeedsFolder {
  readonly dir: string;
  readonly #plan: SeedsPlan;
  readonly #lines: AppendFile;
  /** by place in the plan: those that are done while one before them is not; no more than there are runs */
  readonly #early = new Map<number, SeedRun>();
  #next = 0;

  /** @throws {FolderError} when nothing can be written there */
  constructor({ resultsDir, plan, settings, namedAt, onWarning }: SeedsFolderOptions) {
    const varied = isVaried(plan);
    this.#plan = plan;
    this.dir = makeFolder(resultsDir, namedAt, `${plan.scenario}-${varied ? 'settings' : 'seeds'}`);
    for (const [index, { scenario }] of settings.entries()) {
      const path = join(this.dir, varied ? `scenario-${index + 1}.yaml` : FILES.scenario);
      try {
        writeFileSync(path, resolvedYaml(scenario), { flag: 'wx' });
      } catch (error) {
        throw FolderError.unwritable(path, error);
      }
    }
    this.#lines = new AppendFile(join(this.dir, FILES.seeds), (path, reason) =>
      onWarning(`writing to ${path} failed (${reason}): it lacks the runs from here on`),
    );
    this.#lines.append(JSON.stringify(plan));
  }

  /** Lines stand in the order of the plan, whichever run was done first. */
  add(run: SeedRun): void {
    const index = runIndex(run, this.#plan);
    if (index === null) return;
    this.#early.set(index, run);
    for (let due = this.#early.get(this.#next); due !== undefined; due = this.#early.get(this.#next)) {
      this.#early.delete(this.#next);
      this.#next += 1;
      this.#lines.append(runLine(due));
    }
  }

  /**
   * Writes the runs whose predecessors were never done, the summary and the report.
   *
   * @throws {FolderError} when the summary cannot be written
   */
  finish(summary: SeedsSummary, report: string): void {
    const rest = [...this.#early].toSorted(([a], [b]) => a - b);
    for (const [, run] of rest) this.#lines.append(runLine(run));
    this.#lines.close();
    writeWhole(join(this.dir, FILES.report), report);
    writeWhole(join(this.dir, FILES.summary), `${JSON.stringify(summary, null, 2)}\n`);
  }
}

/** Whether there is anything that settings are told apart by. */
function isVaried({ settings }: SeedsPlan): boolean {
  return settings.some(({ varied }) => varied.length > 0);
}
