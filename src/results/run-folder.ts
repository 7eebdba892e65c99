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
import { makeFolder } from './folder-name.ts';
import { hlogHeader, hlogLine } from './hlog.ts';
import { predictionText, type Prediction } from './prediction.ts';
import type { Summary } from './summary.ts';
import { timelineHeader, timelineLine } from './timeline.ts';
import { writeWhole } from './write-whole.ts';

interface RunFolderOptions {
  /** the folder's folder; made where it is missing */
  readonly resultsDir: string;
  readonly scenario: Scenario;
  readonly world: WorldName;
  /** when the folder is made, for its name */
  readonly namedAt: Date;
  /** told once, in words, when writing fails in mid-run; the run is to go on */
  readonly onWarning: (message: string) => void;
}

/** A run's reports for people: for a terminal, and as a page of HTML. */
interface FinishedReports {
  readonly text: string;
  readonly page: string;
}

/**
 * The results folder of a run, written as the run goes: whenever squall is killed, what is there tells the truth up to
 * the last whole interval (`readFolder`). When the disk fails, the writing ends there, and the run does not.
 *
 * The world's last interval must reach to the run's end, since an outcome holds no histogram of its own second.
 */
export class RunFolder implements RunListener {
  readonly dir: string;
  readonly #world: WorldName;
  readonly #onWarning: (message: string) => void;
  readonly #timeline: AppendFile;
  readonly #histograms: AppendFile;
  readonly #events: AppendFile;
  readonly #changes: (curves: Curves, endMs: number) => CurveChanges;
  #scenario: Scenario;
  #writtenToMs = 0;
  #failure: string | null = null;

  /** @throws {FolderError} when nothing can be written there */
  constructor({ resultsDir, scenario, world, namedAt, onWarning }: RunFolderOptions) {
    this.dir = makeFolder(resultsDir, namedAt, scenario.name);
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

  /** Times in the folder count from here. */
  onBegin(startedAt: Date): void {
    for (const line of hlogHeader(startedAt)) this.#histograms.append(line);
    this.#timeline.append(timelineHeader(this.#world, startedAt.toISOString()));
  }

  path(file: keyof typeof FILES): string {
    return join(this.dir, FILES[file]);
  }

  /**
   * Keeps what a simulation predicts for the run that now begins.
   *
   * @throws {FolderError} when it cannot be written
   */
  keepPrediction(prediction: Prediction): void {
    writeWhole(this.path('prediction'), predictionText(prediction));
  }

  /** What ended the writing in mid-run, in words; null while all went well. */
  get failure(): string | null {
    return this.#failure;
  }

  /** The same as an issue of the run; null while all went well. */
  get issue(): IntegrityIssue | null {
    return this.#failure === null ? null : { kind: 'results-incomplete', atMs: this.#writtenToMs, text: this.#failure };
  }

  onEvent(event: RunEvent): void {
    this.#events.append(JSON.stringify(event));
  }

  /** The scenario that the folder holds is the one that was run, by hand or not. */
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

  /** Screens want it several times a second; a folder does not. */
  onProgress(): void {}

  /** The timeline's line comes last: it vouches for the histograms before it. */
  onInterval(interval: Interval): void {
    const { startMs, endMs, progress, histograms } = interval;
    for (const timing of HISTOGRAMS) {
      const payload = histograms[timing];
      if (payload === undefined) continue;
      this.#histograms.append(hlogLine({ timing, startMs, lengthMs: endMs - startMs, payload }));
    }
    const changes = this.#changes(progress.measurements.curves, endMs);
    this.#timeline.append(timelineLine({ startMs, endMs }, progress, changes));
    this.#writtenToMs = endMs;
  }

  /**
   * Writes what came after the last interval, the summary and the reports.
   *
   * @throws {FolderError} when the summary cannot be written; what was measured is in the summary that the caller holds
   */
  finish(outcome: Outcome, summary: Summary, { text, page }: FinishedReports): void {
    const span = { startMs: this.#writtenToMs, endMs: Math.max(this.#writtenToMs, outcome.measurements.elapsedMs) };
    const changes = this.#changes(outcome.measurements.curves, span.endMs);
    this.#timeline.append(timelineLine(span, outcome, changes));
    this.#closeAll();
    if (outcome.integrity.some(({ kind }) => kind === 'journal-incomplete')) this.#setAsideEffects();
    // The last line may have been the one that failed.
    if (this.#failure !== null && !summary.integrity.some(({ kind }) => kind === 'results-incomplete')) {
      throw new FolderError(this.#failure);
    }
    writeWhole(this.path('report'), text);
    writeWhole(this.path('page'), page);
    this.#writeSummary(summary);
  }

  /** Says that somebody stopped the run at once: there will be no summary. */
  stopNow(): void {
    this.onEvent({ atMs: Math.round(this.#writtenToMs), kind: 'interrupted', message: 'stopped at once' });
    this.#closeAll();
  }

  /**
   * Where the reports could not be written: keeps the summary and the text if there is room for them, and nothing that
   * says something else. A folder without a summary belongs to a run that was cut off.
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

  #writeSummary(summary: Summary): void {
    writeWhole(this.path('summary'), `${JSON.stringify(summary, null, 2)}\n`);
  }

  /** Under this name no reader takes it for the whole record, whether or not a summary can be written. Takes no room. */
  #setAsideEffects(): void {
    try {
      renameSync(this.path('effects'), this.path('brokenEffects'));
    } catch {
      // It is gone, or its folder is: then nobody takes it for whole either.
    }
  }

  #appendFile(name: string): AppendFile {
    return new AppendFile(join(this.dir, name), (path, reason) => this.#fail(path, reason));
  }

  /** One file's failure ends the others too: together they tell one story, up to one second. */
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
