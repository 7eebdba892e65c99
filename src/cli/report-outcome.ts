import { appendFileSync } from 'node:fs';
import type { Reports } from '../report/formats.ts';
import { wantsColour } from './colour.ts';
import { log, logCommand, print } from './output.ts';
import { writeReports, type ReportFile } from './report-files.ts';

/** How an outcome is told. */
export interface OutputOptions {
  /** JSON on stdout, and nothing else there */
  readonly json: boolean;
  /** what else is written */
  readonly reports: readonly ReportFile[];
}

/**
 * Tells an outcome in every way that was asked for, and GitHub where it runs there.
 *
 * @param annotations for GitHub, as workflow commands
 * @returns false when a report could not be written, which it says
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
 * Tells GitHub what came out, when it is GitHub that runs squall: annotations on stderr, which it reads like stdout, and
 * the report in the summary of the step. Elsewhere it does nothing.
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
