import type { Reports } from '../report/formats.ts';
import { wantsColour } from './colour.ts';
import { tellGitHub } from './github.ts';
import { print } from './output.ts';
import { writeReports, type ReportFile } from './report-files.ts';

/** How an outcome is told. */
export interface Telling {
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
export function tell<Material>(
  reports: Reports<Material>,
  material: Material,
  { json, reports: files }: Telling,
  annotations: readonly string[] = [],
): boolean {
  const { formats } = reports;
  print(json ? formats.json(material, false) : formats.text(material, wantsColour(process.stdout, process.env)));
  tellGitHub(() => formats.markdown(material, false), annotations, process.env);
  return writeReports(files, reports, material);
}
