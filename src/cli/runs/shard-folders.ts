import { join } from 'node:path';
import type { Fault } from '../../core/fault/fault.ts';
import { SHARD_WARNING, type Interval, type Outcome, type RunListener } from '../../metrics/run.ts';
import { htmlReport } from '../../report/html/page.ts';
import { textReport } from '../../report/text/run.ts';
import { FolderError } from '../../results/folder-error.ts';
import { RunFolder } from '../../results/run-folder.ts';
import { summariseRun } from '../../results/summarise-run.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import { withFault } from '../../scenario/with-fault.ts';

/** Folder of a run's folder in which each shard that another machine held has one of its own, numbered from 1. */
const SHARDS = 'shards';

/**
 * A results folder for each shard that another machine holds, written as its measurements come in: `squall merge` makes the
 * whole of them again.
 */
export class ShardFolders implements RunListener {
  readonly #dir: string;
  readonly #onWarning: (message: string) => void;
  readonly #folders = new Map<number, RunFolder>();
  #scenario: Scenario;
  #startedAt = new Date(0);
  #isBroken = false;

  /** @param dir folder of the whole run */
  constructor(dir: string, scenario: Scenario, onWarning: (message: string) => void) {
    this.#dir = dir;
    this.#scenario = scenario;
    this.#onWarning = onWarning;
  }

  onBegin(startedAt: Date): void {
    this.#startedAt = startedAt;
  }

  onEvent(): void {}

  onInterval(): void {}

  onInjected(fault: Fault): void {
    this.#scenario = withFault(this.#scenario, fault);
    for (const folder of this.#folders.values()) folder.onInjected(fault);
  }

  onShardInterval(shard: number, interval: Interval): void {
    this.#write(() => this.#folderOf(shard).onInterval(interval));
  }

  onShardOutcome(shard: number, outcome: Outcome): void {
    this.#write(() => {
      const scenario = this.#scenario;
      const { measurements } = outcome;
      const warnings = [
        `${SHARD_WARNING} ${this.#folders.size}, number ${shard + 1}: its thresholds are evaluated on its own clients only; the folder above it has all`,
      ];
      const finished = { scenario, world: 'live', startedAt: this.#startedAt, outcome, warnings } as const;
      const { summary } = summariseRun(finished);
      this.#folderOf(shard).finish(outcome, summary, {
        text: textReport({ summary, measurements, dir: null, colour: false }),
        page: htmlReport({ summary, measurements, scenario, predicted: null }),
      });
    });
  }

  #folderOf(shard: number): RunFolder {
    const known = this.#folders.get(shard);
    if (known !== undefined) return known;
    const folder = new RunFolder({
      dir: join(this.#dir, SHARDS, String(shard + 1)),
      scenario: this.#scenario,
      world: 'live',
      onWarning: this.#onWarning,
    });
    folder.onBegin(this.#startedAt);
    this.#folders.set(shard, folder);
    return folder;
  }

  /** Ends the writing where the disk fails: the whole run's folder goes on by itself. */
  #write(write: () => void): void {
    if (this.#isBroken) return;
    try {
      write();
    } catch (error) {
      if (!(error instanceof FolderError)) throw error;
      this.#isBroken = true;
      this.#onWarning(`the folders of single shards end here: ${error.message}`);
    }
  }
}
