import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from '../core/fault/fault.ts';
import type { Curves } from '../metrics/curves.ts';
import type { IntegrityIssue, Interval, Outcome, RunEvent, RunListener, WorldName } from '../metrics/run.ts';
import { HISTOGRAMS } from '../core/metrics.ts';
import { resolvedYaml } from '../scenario/resolved-yaml.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { withFault } from '../scenario/with-fault.ts';
import { AppendFile } from './append-file.ts';
import { CurveDiff, SettledCurveDiff, type CurveChanges } from './curve-changes.ts';
import { FILES } from './files.ts';
import { FolderError } from './folder-error.ts';
import { makeFolder, makeFolderAt } from './folder-name.ts';
import { hlogHeader, hlogLine } from './hlog.ts';
import { predictionText, type Prediction } from './prediction.ts';
import type { Summary } from './summary.ts';
import { timelineHeader, timelineLine, type LineParts } from './timeline-lines.ts';
import { writeWhole } from './write-whole.ts';

/** Place of a new folder: below a parent, by the time; or at a path of its own. Parents are created if missing. */
type FolderPlace =
  | { readonly resultsDir: string; /** creation time, for the folder's name */ readonly namedAt: Date }
  | { readonly dir: string };

interface RunFolderSettings {
  readonly scenario: Scenario;
  readonly world: WorldName;
  /** called once when writing fails during the run; the run goes on */
  readonly onWarning: (message: string) => void;
}

type RunFolderOptions = RunFolderSettings & FolderPlace;

/**
 * The results folder of a run, written during the run. If squall is killed, `readFolder` reads it up to the last
 * complete interval. If the disk fails, only the writing ends, not the run.
 *
 * The world's last interval must reach the run's end, since an outcome holds no histogram of the last second.
 */
export class RunFolder implements RunListener {
  readonly dir: string;
  readonly #world: WorldName;
  readonly #onWarning: (message: string) => void;
  readonly #timeline: AppendFile;
  readonly #histograms: AppendFile;
  readonly #events: AppendFile;
  readonly #changes: (curves: Curves, endMs: number) => CurveChanges;
  readonly #shiftDiff = new CurveDiff();
  #scenario: Scenario;
  #writtenToMs = 0;
  #failure: string | null = null;

  /** @throws {FolderError} when the folder cannot be written */
  constructor(options: RunFolderOptions) {
    const { scenario, world, onWarning } = options;
    this.dir =
      'dir' in options ? makeFolderAt(options.dir) : makeFolder(options.resultsDir, options.namedAt, scenario.name);
    this.#world = world;
    this.#onWarning = onWarning;
    this.#scenario = scenario;
    const diff = world === 'sim' ? new SettledCurveDiff() : new CurveDiff();
    this.#changes = (curves, endMs) => diff.take(curves, endMs);
    this.#timeline = this.#appendFile(FILES.timeline);
    this.#histograms = this.#appendFile(FILES.histograms);
    this.#events = this.#appendFile(FILES.events);
    try {
      writeFileSync(this.path('scenario'), resolvedYaml(scenario), { flag: 'wx' });
    } catch (error) {
      throw FolderError.unwritable(this.path('scenario'), error);
    }
  }

  /** Sets the run's start, from which all times in the folder count. */
  onBegin(startedAt: Date): void {
    for (const line of hlogHeader(startedAt)) this.#histograms.append(line);
    this.#timeline.append(timelineHeader(this.#world, startedAt.toISOString()));
  }

  path(file: keyof typeof FILES): string {
    return join(this.dir, FILES[file]);
  }

  /**
   * Writes the prediction of the run about to begin.
   *
   * @throws {FolderError} when it cannot be written
   */
  keepPrediction(prediction: Prediction): void {
    writeWhole(this.path('prediction'), predictionText(prediction));
  }

  /** The failure that ended the writing during the run; null without one. */
  get failure(): string | null {
    return this.#failure;
  }

  /** The failure as an integrity issue of the run; null without one. */
  get issue(): IntegrityIssue | null {
    return this.#failure === null ? null : { kind: 'results-incomplete', atMs: this.#writtenToMs, text: this.#failure };
  }

  onEvent(event: RunEvent): void {
    this.#events.append(JSON.stringify(event));
  }

  /** Adds a fault injected by hand to the scenario in the folder. */
  onInjected(fault: Fault): void {
    this.#scenario = withFault(this.#scenario, fault);
    try {
      writeWhole(this.path('scenario'), resolvedYaml(this.#scenario));
    } catch (error) {
      this.#onWarning(
        `the injected fault is missing in scenario.yaml: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  /** Writes one interval; the timeline's line comes last, since it confirms the histograms before it. */
  onInterval(interval: Interval): void {
    const { startMs, endMs, progress, histograms } = interval;
    for (const timing of HISTOGRAMS) {
      const payload = histograms[timing];
      if (payload === undefined) continue;
      this.#histograms.append(hlogLine({ timing, startMs, lengthMs: endMs - startMs, payload }));
    }
    this.#appendLine({ startMs, endMs }, progress);
    this.#writtenToMs = endMs;
  }

  /**
   * Writes the data after the last interval, the summary and the reports.
   *
   * @throws {FolderError} when the summary cannot be written; the caller still holds it
   */
  finish(outcome: Outcome, summary: Summary, { text, page }: { readonly text: string; readonly page: string }): void {
    const span = { startMs: this.#writtenToMs, endMs: Math.max(this.#writtenToMs, outcome.measurements.elapsedMs) };
    this.#appendLine(span, outcome);
    this.#closeAll();
    if (outcome.integrity.some(({ kind }) => kind === 'journal-incomplete')) this.#setAsideEffects();
    // The failure may have come with the last line.
    if (this.#failure !== null && !summary.integrity.some(({ kind }) => kind === 'results-incomplete')) {
      throw new FolderError(this.#failure);
    }
    writeWhole(this.path('report'), text);
    writeWhole(this.path('page'), page);
    this.#writeSummary(summary);
  }

  /** Records that the run was stopped at once; there will be no summary. */
  stopNow(): void {
    this.onEvent({ atMs: Math.round(this.#writtenToMs), kind: 'interrupted', message: 'stopped at once' });
    this.#closeAll();
  }

  /**
   * Writes the summary and the text report if there is room, and removes all other reports. Called when the reports
   * could not be written. A folder without a summary counts as cut off.
   */
  writePartialSummary(summary: Summary, text: string): void {
    for (const file of ['page', 'report'] as const) rmSync(this.path(file), { force: true });
    try {
      this.#writeSummary(summary);
      writeWhole(this.path('report'), text);
    } catch (error) {
      if (!(error instanceof FolderError)) throw error;
    }
  }

  #appendLine(span: { readonly startMs: number; readonly endMs: number }, progress: LineParts): void {
    const { curves, shifts } = progress.measurements;
    const changes = this.#changes(curves, span.endMs);
    const shifted = shifts === null ? null : this.#shiftDiff.take(shifts);
    this.#timeline.append(timelineLine(span, progress, changes, shifted));
  }

  #writeSummary(summary: Summary): void {
    writeWhole(this.path('summary'), `${JSON.stringify(summary, null, 2)}\n`);
  }

  /** Renames the record of effects, so that no reader takes it for complete. This needs no disk space. */
  #setAsideEffects(): void {
    try {
      renameSync(this.path('effects'), this.path('brokenEffects'));
    } catch {
      // Without the file or its folder, no reader takes it for complete either.
    }
  }

  #appendFile(name: string): AppendFile {
    return new AppendFile(join(this.dir, name), (path, reason) => this.#fail(path, reason));
  }

  /** Ends the writing of all files when one fails, so that all end at the same second. */
  #fail(path: string, reason: string): void {
    if (this.#failure !== null) return;
    this.#failure = `writing to ${path} failed (${reason}): the results folder ends ${Math.round(this.#writtenToMs)} ms into the run`;
    this.#closeAll();
    this.#onWarning(this.#failure);
  }

  #closeAll(): void {
    this.#timeline.close();
    this.#histograms.close();
    this.#events.close();
  }
}
