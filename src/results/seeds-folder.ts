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
  /** parent folder; created if missing */
  readonly resultsDir: string;
  readonly plan: SeedsPlan;
  /** the settings of the plan */
  readonly settings: readonly Setting[];
  /** creation time, for the folder's name */
  readonly namedAt: Date;
  /** called once when writing fails; the runs go on */
  readonly onWarning: (message: string) => void;
}

/**
 * The results folder of many seeds, `<time>-<name>-seeds`, or `-settings` if a field is varied. It gets a line for each
 * finished run, and the summary at the end.
 */
export class SeedsFolder {
  readonly dir: string;
  readonly #plan: SeedsPlan;
  readonly #lines: AppendFile;
  /** finished runs whose predecessor is not finished, by index in the plan; bounded by the number of runs */
  readonly #early = new Map<number, SeedRun>();
  #next = 0;

  /** @throws {FolderError} when the folder cannot be written */
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

  /** Adds a finished run; lines are written in plan order. */
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
   * Writes the runs whose predecessors never finished, the summary and the report.
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

/** True if settings differ in a varied field. */
function isVaried({ settings }: SeedsPlan): boolean {
  return settings.some(({ varied }) => varied.length > 0);
}
