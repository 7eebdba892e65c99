import { jsonReport } from '../report/json.ts';
import { seedsReport } from '../report/seeds.ts';
import { textReport } from '../report/text.ts';
import { summaryOf } from '../results/conclude.ts';
import { readFolder } from '../results/read-folder.ts';
import { readSeeds } from '../results/seeds-read.ts';
import { wantsColour } from './colour.ts';
import { EXIT } from './exit-code.ts';
import { print, printJson, say } from './output.ts';
import { verb } from './verb.ts';

export const report = verb({
  command: 'report <folder>',
  summary: 'Show what a run came to, from its results folder',
  details:
    'Shows what a run came to, from its results folder. Of a run that was killed it tells what there is, and up to when. Exit status 0 whatever the verdict was: the report could be read.',
  positionals: (parser) =>
    parser.positional('folder', { type: 'string', demandOption: true, describe: 'A folder that a run has written' }),
  flags: { json: { type: 'boolean', default: false, describe: 'Print the summary as JSON' } },
  examples: [
    ['$0 report results/2026-11-23T18-04-05Z-expiry-cliff', 'the report that the run ended with'],
    ['$0 report results/… --json | jq .verdict', 'the verdict alone'],
  ],
  act({ folder, json }) {
    const seeds = readSeeds(folder);
    if (seeds !== null) {
      const { summary, warnings } = seeds;
      if (json) printJson(summary);
      else print(seedsReport({ summary, dir: folder, colour: wantsColour(process.stdout, process.env) }));
      for (const warning of warnings) say(`warning: ${warning}`);
      return EXIT.pass;
    }
    const content = readFolder(folder);
    const summary = summaryOf(content);
    if (json) {
      print(jsonReport(summary));
      for (const warning of content.warnings) say(`warning: ${warning}`);
      return EXIT.pass;
    }
    const { curves } = content.measurements;
    print(textReport({ summary, curves, dir: folder, colour: wantsColour(process.stdout, process.env) }));
    return EXIT.pass;
  },
});
