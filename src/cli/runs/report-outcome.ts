import { appendFileSync } from 'node:fs';
import type { Reports } from '../../report/formats.ts';
import { wantsColour } from '../terminal/colour.ts';
import { log, logCommand, print } from '../terminal/output.ts';
import { writeReports, type ReportFile } from './report-files.ts';

/** Where and how an outcome is printed. */
export interface OutputOptions {
  /** JSON on stdout, and nothing else there */
  readonly json: boolean;
  /** further reports to write */
  readonly reports: readonly ReportFile[];
}

/**
 * Prints an outcome, writes the requested reports, and adds annotations and a step summary on GitHub.
 *
 * @param annotations workflow commands for GitHub
 * @returns false when a report could not be written; the reason is logged
 */
export function reportOutcome<Material>(
  reports: Reports<Material>,
  material: Material,
  { json, reports: files }: OutputOptions,
  annotations: readonly string[] = [],
): boolean {
  const { formats } = reports;
  print(json ? formats.json(material, false) : formats.text(material, wantsColour(process.stdout, process.env)));
  reportToGitHub(() => formats.markdown(material, false), annotations, process.env);
  return writeReports(files, reports, material);
}

/**
 * On GitHub, writes annotations on stderr (which GitHub reads like stdout) and the report into the step summary.
 * Elsewhere it does nothing.
 */
function reportToGitHub(markdown: () => string, annotations: readonly string[], env: NodeJS.ProcessEnv): void {
  if (env['GITHUB_ACTIONS'] !== 'true') return;
  for (const line of annotations) logCommand(line);
  const file = env['GITHUB_STEP_SUMMARY'] ?? '';
  if (file === '') return;
  try {
    appendFileSync(file, `${markdown()}\n`);
  } catch (error) {
    log(`warning: the step summary cannot be written (${error instanceof Error ? error.message : String(error)})`);
  }
}
