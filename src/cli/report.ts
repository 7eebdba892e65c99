import { join } from 'node:path';
import { REPORT_FORMATS, type ReportFormat, type Reports } from '../report/formats.ts';
import { FILES } from '../results/files.ts';
import { writeWhole } from '../results/write-whole.ts';
import { wantsColour } from './colour.ts';
import { EXIT } from './exit-code.ts';
import { print, log } from './output.ts';
import { readAny } from './read-any.ts';
import { checkPlace, parseFormat } from './report-files.ts';
import { UsageError } from './usage-error.ts';
import { verb } from './verb.ts';

/** Where a report goes: to a file, or to stdout, in colour where that takes it. */
interface Destination {
  readonly kind: ReportFormat;
  readonly file: string | undefined;
}

export const report = verb({
  command: 'report <folder>',
  summary: 'Show what a run came to, from its results folder',
  details:
    'Shows what a run, a comparison, a tuning or many seeds came to, from the results folder. Of a run that was killed it tells what there is, and up to when. Exit status 0 whatever the verdict was: the report could be read.',
  positionals: (parser) =>
    parser.positional('folder', { type: 'string', demandOption: true, describe: 'A folder that squall has written' }),
  flags: {
    json: { type: 'boolean', default: false, describe: 'Short for --as json' },
    html: {
      type: 'string',
      requiresArg: false,
      describe: 'Write the page with pictures: to a file, or anew into the folder. Short for --as html --output FILE',
    },
    as: {
      type: 'string',
      requiresArg: true,
      describe: `What kind of report: ${REPORT_FORMATS.join(', ')}, as far as there are`,
    },
    output: { type: 'string', alias: 'o', requiresArg: true, describe: 'A file to write it to, in place of stdout' },
  },
  examples: [
    ['$0 report results/2026-11-23T18-04-05Z-expiry-cliff', 'the report that the run ended with'],
    ['$0 report results/… --json | jq .verdict', 'the verdict alone'],
    ['$0 report results/… --html', 'report.html in that folder, also of a run that was killed'],
    ['$0 report results/… --as junit -o junit.xml', 'for a CI server'],
    ['$0 report results/… --as csv -o curves.csv', 'the curves, a row for each 100 ms'],
  ],
  run({ folder, json, html, as, output }) {
    if (json && as !== undefined) throw new UsageError('--json is --as json: leave one of the two out');
    if (html !== undefined && (json || as !== undefined || output !== undefined)) {
      throw new UsageError('--html writes a page and nothing else: leave --json, --as and --output out');
    }
    return readAny(folder, (reports, material, warnings) => {
      const way = destinationOf(reports, { folder, json, html, as, output });
      deliver(reports.formats[way.kind]?.(material, inColour(way)) ?? '', way);
      for (const warning of warnings(way.kind)) log(`warning: ${warning}`);
      return EXIT.pass;
    });
  },
});

interface ReportOptions {
  readonly folder: string;
  readonly json: boolean;
  readonly html: string | undefined;
  readonly as: string | undefined;
  readonly output: string | undefined;
}

/** @throws {UsageError} for a kind of report that there is not of this folder */
function destinationOf<Material>(
  reports: Reports<Material>,
  { folder, json, html, as, output }: ReportOptions,
): Destination {
  if (html !== undefined) {
    const file = html === '' ? join(folder, FILES.page) : html;
    checkPlace(file, '--html');
    return { kind: parseFormat('html', reports, '--html'), file };
  }
  if (output !== undefined) checkPlace(output, '--output');
  return { kind: parseFormat(json ? 'json' : (as ?? 'text'), reports, json ? '--json' : '--as'), file: output };
}

function inColour({ file }: Destination): boolean {
  return file === undefined && wantsColour(process.stdout, process.env);
}

function deliver(text: string, { kind, file }: Destination): void {
  if (file === undefined) return print(text);
  writeWhole(file, text);
  // Nobody named the place of a page that is written into its folder.
  if (kind === 'html') log(`wrote ${file}`);
}
