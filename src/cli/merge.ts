import { join } from 'node:path';
import type { Outcome } from '../metrics/run.ts';
import { reachedNobody } from '../metrics/unknown.ts';
import { annotations } from '../report/annotations.ts';
import { htmlReport } from '../report/html/page.ts';
import { json } from '../report/json.ts';
import { RUN } from '../report/of-run.ts';
import { textReport } from '../report/text/run.ts';
import { summariseRun, summaryOf } from '../results/summarise-run.ts';
import { FILES } from '../results/files.ts';
import { mergeFolders } from '../results/merge.ts';
import { readFolder, type FolderContent } from '../results/read-folder.ts';
import type { Summary } from '../results/summary.ts';
import { writeWhole } from '../results/write-whole.ts';
import { EXIT, withReports, type ExitCode } from './terminal/exit-code.ts';
import { log } from './terminal/output.ts';
import { REPORT_FLAG, reportFiles } from './runs/report-files.ts';
import { reportOutcome } from './runs/report-outcome.ts';
import { required, verb } from './terminal/verb.ts';

export const merge = verb({
  command: 'merge <folders..>',
  summary: 'Merge the shards of one run, from several processes or machines',
  details:
    'Merges the results folders of all shards of one run into a new one, and evaluates its thresholds. The merge is exact:\n' +
    'curves and histograms are added. `squall leaks` needs the token record of each shard, which stays in its folder.\n' +
    'Exit status as for `run`; 2 when the folders are not all the shards of one run.',
  positionals: { folders: { ...required('The results folders of all shards'), array: true } },
  flags: {
    output: { type: 'string', alias: 'o', demandOption: true, requiresArg: true, describe: 'The folder to make' },
    report: REPORT_FLAG,
    json: { type: 'boolean', default: false, describe: 'Print the summary as JSON' },
  },
  examples: [['$0 merge shard-1 shard-2 shard-3 shard-4 -o whole', 'one result from four machines']],
  run({ folders, output: dir, report, json: asJson }) {
    const reports = reportFiles(report, RUN);
    const { ends, seen, warnings, integrity } = mergeFolders(folders, dir);
    const content = { ...readFolder(dir), integrity };
    const { summary, exitCode } = ends.includes('cut-off')
      ? { summary: summaryOf({ ...content, warnings }), exitCode: EXIT.inconclusive }
      : concluded(content, { ends, seen, warnings });
    const { scenario, measurements, prediction } = content;
    const predicted = prediction?.curves ?? null;
    if (summary.ended !== 'cut-off') {
      writeWhole(join(dir, FILES.page), htmlReport({ summary, measurements, scenario, predicted }));
      writeWhole(join(dir, FILES.report), textReport({ summary, measurements, dir: null, colour: false }));
      writeWhole(join(dir, FILES.summary), json(summary));
    }
    if (asJson) for (const warning of warnings) log(`warning: ${warning}`);
    const material = { summary, measurements, scenario, predicted, dir };
    const written = reportOutcome(RUN, material, { json: asJson, reports }, annotations(summary));
    return withReports(exitCode, written);
  },
});

function concluded(
  content: FolderContent,
  { ends, seen, warnings }: Pick<ReturnType<typeof mergeFolders>, 'ends' | 'seen' | 'warnings'>,
): { summary: Summary; exitCode: ExitCode } {
  const { scenario, world, measurements, faults, generator, prediction, integrity } = content;
  const ended: Outcome['ended'] = ends.includes('interrupted')
    ? 'interrupted'
    : ends.includes('aborted')
      ? 'aborted'
      : 'completed';
  const unreachable = reachedNobody(measurements);
  const outcome = { measurements, faults, generator, ended, unreachable, integrity, seen };
  return summariseRun({ scenario, world, startedAt: new Date(content.startedAt), outcome, prediction, warnings });
}
