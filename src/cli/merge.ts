import { join } from 'node:path';
import type { Outcome } from '../metrics/run.ts';
import { htmlReport } from '../report/html/page.ts';
import { jsonReport } from '../report/json.ts';
import { textReport } from '../report/text.ts';
import { conclude, summaryOf } from '../results/conclude.ts';
import { FILES } from '../results/files.ts';
import { mergeFolders } from '../results/merge.ts';
import { readFolder, type FolderContent } from '../results/read-folder.ts';
import type { Summary } from '../results/summary.ts';
import { writeWhole } from '../results/write-whole.ts';
import { wantsColour } from './colour.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { print, say } from './output.ts';
import { verb } from './verb.ts';

export const merge = verb({
  command: 'merge <folders..>',
  summary: 'Put the shards of one run together, from several processes or machines',
  details:
    'Puts the results folders of all shards of one run together in a new one, and judges it. Nothing is lost: curves and\n' +
    'histograms add up exactly. Tokens are searched for in the folder of each shard: `squall leaks` needs its own record.\n' +
    'Exit status as for `run`; 2 when they are no shards of one run, or not all of them.',
  positionals: (parser) =>
    parser.positional('folders', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'The results folders of all shards',
    }),
  flags: {
    output: { type: 'string', alias: 'o', demandOption: true, requiresArg: true, describe: 'The folder to make' },
    json: { type: 'boolean', default: false, describe: 'Print the summary as JSON' },
  },
  examples: [['$0 merge shard-1 shard-2 shard-3 shard-4 -o whole', 'one result of four machines']],
  act({ folders, output: dir, json }) {
    const { ends, warnings } = mergeFolders(folders, dir);
    const content = readFolder(dir);
    const { summary, exitCode } = ends.includes('cut-off')
      ? { summary: summaryOf({ ...content, warnings }), exitCode: EXIT.inconclusive }
      : concluded(content, ends, warnings);
    const { curves } = content.measurements;
    if (summary.ended !== 'cut-off') {
      const { scenario, measurements, prediction } = content;
      const page = htmlReport({ summary, measurements, scenario, predicted: prediction?.curves ?? null });
      writeWhole(join(dir, FILES.page), page);
      writeWhole(join(dir, FILES.report), textReport({ summary, curves, dir: null, colour: false }));
      writeWhole(join(dir, FILES.summary), `${JSON.stringify(summary, null, 2)}\n`);
    }
    if (json) for (const warning of warnings) say(`warning: ${warning}`);
    const colour = wantsColour(process.stdout, process.env);
    print(json ? jsonReport(summary) : textReport({ summary, curves, dir, colour }));
    return exitCode;
  },
});

function concluded(
  content: FolderContent,
  ends: readonly Summary['ended'][],
  warnings: readonly string[],
): { summary: Summary; exitCode: ExitCode } {
  const { scenario, world, measurements, faults, generator, prediction } = content;
  const ended: Outcome['ended'] = ends.includes('interrupted')
    ? 'interrupted'
    : ends.includes('aborted')
      ? 'aborted'
      : 'completed';
  const unreachable = measurements.counts.clientsStarted > 0 && measurements.curves.total('ready') === 0;
  const outcome = { measurements, faults, generator, ended, unreachable };
  return conclude({ scenario, world, startedAt: new Date(content.startedAt), outcome, prediction, warnings });
}
