import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { formatsOf, REPORT_FORMATS, type ReportFormat, type Reports } from '../../report/formats.ts';
import { nearest } from '../../core/text/nearest.ts';
import { FolderError } from '../../results/folder-error.ts';
import { writeWhole } from '../../results/write-whole.ts';
import { log } from '../terminal/output.ts';
import { UsageError } from '../terminal/usage-error.ts';

/** The option `--report`. */
export const REPORT_FLAG = {
  type: 'string',
  array: true,
  requiresArg: true,
  default: [] as string[],
  describe: `Also write a report: --report markdown=FILE (may be repeated; ${REPORT_FORMATS.join(', ')}, where available)`,
} as const;

/** A report to write to a file. */
export interface ReportFile {
  readonly format: ReportFormat;
  readonly file: string;
}

/**
 * Reads `junit=FILE` and checks the place before anything is started, so that no run ends without its report.
 *
 * @param reports the formats available for the result
 * @throws {UsageError}
 */
export function reportFiles<Material>(given: readonly string[], reports: Reports<Material>): readonly ReportFile[] {
  const files = given.map((text) => {
    const at = text.indexOf('=');
    const [kind, file] = at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
    const option = `--report ${text}`;
    const known = parseFormat(kind, reports, option);
    if (file === '') throw new UsageError(`${option} names no file: write --report ${known}=FILE`);
    checkPlace(file, option);
    return { format: known, file };
  });
  const twice = files.find(({ file }, index) => files.findIndex((other) => other.file === file) < index);
  if (twice !== undefined) throw new UsageError(`--report: two reports in ${twice.file}; give each a file of its own`);
  return files;
}

/** @throws {UsageError} for an unknown format, or one not available for this result */
export function parseFormat<Material>(word: string, reports: Reports<Material>, option: string): ReportFormat {
  const there = formatsOf(reports);
  const known = there.find((kind) => kind === word);
  if (known !== undefined) return known;
  if (REPORT_FORMATS.some((kind) => kind === word)) {
    throw new UsageError(`${option}: there is no ${word} report of ${reports.of}; there are ${there.join(', ')}`);
  }
  const near = nearest(word, there);
  const hint = near === undefined ? `there are ${there.join(', ')}` : `did you mean ${near}?`;
  throw new UsageError(`${option}: "${word}" is no kind of report; ${hint}`);
}

/**
 * Checks that a file can be created at this path.
 *
 * @throws {UsageError}
 */
export function checkPlace(file: string, option: string): void {
  const folder = dirname(file);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`${option}: there is no folder ${folder}: make it, or name a file elsewhere`);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new UsageError(`${option}: ${file} is a folder: name a file`);
  }
}

/** @returns false when a report could not be written; the reason is logged */
export function writeReports<Material>(
  files: readonly ReportFile[],
  { formats }: Reports<Material>,
  material: Material,
): boolean {
  const written = files.map(({ format, file }) => tryWrite(file, formats[format]?.(material, false) ?? ''));
  return written.every(Boolean);
}

function tryWrite(file: string, text: string): boolean {
  try {
    writeWhole(file, text);
    return true;
  } catch (error) {
    if (!(error instanceof FolderError)) throw error;
    log(`squall: ${error.message}`);
    return false;
  }
}
