import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolvedYaml } from '../scenario/resolved-yaml.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Judged } from '../threshold/judge.ts';
import { AppendFile } from './append-file.ts';
import { FILES } from './files.ts';
import { FolderError } from './folder-error.ts';
import { makeFolder } from './folder-name.ts';
import type { SeedsSummary } from './seeds-summary.ts';
import { writeWhole } from './write-whole.ts';

interface SeedsFolderOptions {
  /** the folder's folder; made where it is missing */
  readonly resultsDir: string;
  readonly scenario: Scenario;
  /** when the folder is made, for its name */
  readonly namedAt: Date;
  /** told once, in words, when writing fails; the seeds are to go on */
  readonly onWarning: (message: string) => void;
}

/** One line a seed: its verdict, why, its figures, and what each threshold came to. */
const SEEDS_FILE = 'seeds.ndjson';

/** The results folder of many seeds, `<time>-<name>-seeds`: a line of each as it is done, the summary at the end. */
export class SeedsFolder {
  readonly dir: string;
  readonly #lines: AppendFile;
  /** by seed: those that are done while one before them is not; no more than there are seeds */
  readonly #early = new Map<number, Judged>();
  #nextSeed: number;

  /** @throws {FolderError} when nothing can be written there */
  constructor({ resultsDir, scenario, namedAt, onWarning }: SeedsFolderOptions) {
    this.dir = makeFolder(resultsDir, namedAt, `${scenario.name}-seeds`);
    this.#nextSeed = scenario.seed;
    const scenarioFile = join(this.dir, FILES.scenario);
    try {
      writeFileSync(scenarioFile, resolvedYaml(scenario), { flag: 'wx' });
    } catch (error) {
      throw FolderError.unwritable(scenarioFile, error);
    }
    this.#lines = new AppendFile(join(this.dir, SEEDS_FILE), (path, reason) =>
      onWarning(`writing to ${path} failed (${reason}): it lacks the seeds from here on`),
    );
  }

  /** Lines stand in the order of their seeds, whichever was done first. */
  add(judged: Judged): void {
    this.#early.set(judged.seed, judged);
    for (let due = this.#early.get(this.#nextSeed); due !== undefined; due = this.#early.get(this.#nextSeed)) {
      this.#early.delete(this.#nextSeed);
      this.#nextSeed += 1;
      this.#lines.append(JSON.stringify(due));
    }
  }

  /**
   * Writes the seeds whose predecessors were never done, the summary and the report.
   *
   * @throws {FolderError} when the summary cannot be written
   */
  finish(summary: SeedsSummary, report: string): void {
    const rest = [...this.#early.values()].toSorted((a, b) => a.seed - b.seed);
    for (const judged of rest) this.#lines.append(JSON.stringify(judged));
    this.#lines.close();
    writeWhole(join(this.dir, FILES.report), report);
    writeWhole(join(this.dir, FILES.summary), `${JSON.stringify(summary, null, 2)}\n`);
  }
}
