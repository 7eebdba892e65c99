import { join } from 'node:path';
import { REPORT_FORMATS, type ReportFormat, type Reports } from '../report/formats.ts';
import { FILES } from '../results/files.ts';
import { writeWhole } from '../results/write-whole.ts';
import { wantsColour } from './terminal/colour.ts';
import { EXIT } from './terminal/exit-code.ts';
import { print, log } from './terminal/output.ts';
import { readAny } from './runs/read-any.ts';
import { checkPlace, parseFormat } from './runs/report-files.ts';
import { UsageError } from './terminal/usage-error.ts';
import { required, verb } from './terminal/verb.ts';

/** Format of a report and its file; undefined for stdout. */
interface Destination {
  readonly kind: ReportFormat;
  readonly file: string | undefined;
}

export const report = verb({
  command: 'report <folder>',
  summary: 'Show the outcome of a run from its results folder',
  details:
    'Shows the outcome of a run, a comparison, a tuning or many seeds from its results folder. For a killed run it shows the data up to that moment. Exit status 0 whatever the verdict.',
  positionals: { folder: required('A folder written by squall') },
  flags: {
    json: { type: 'boolean', default: false, describe: 'Short for --as json' },
    html: {
      type: 'string',
      requiresArg: false,
      describe: 'Write the HTML page to a file, or again into the folder. Short for --as html --output FILE',
    },
    as: {
      type: 'string',
      requiresArg: true,
      describe: `Format of the report: ${REPORT_FORMATS.join(', ')}, where available`,
    },
    output: { type: 'string', alias: 'o', requiresArg: true, describe: 'File to write instead of stdout' },
  },
  examples: [
    ['$0 report results/2026-11-23T18-04-05Z-expiry-cliff', 'the text report of the run'],
    ['$0 report results/… --json | jq .verdict', 'only the verdict'],
    ['$0 report results/… --html', 'report.html in that folder, also for a killed run'],
    ['$0 report results/… --as junit -o junit.xml', 'for a CI server'],
    ['$0 report results/… --as csv -o curves.csv', 'the curves, a row for each 100 ms'],
  ],
  run({ folder, json, html, as, output }) {
    if (json && as !== undefined) throw new UsageError('--json is --as json: leave one of the two out');
    if (html !== undefined && (json || as !== undefined || output !== undefined)) {
      throw new UsageError('--html writes only a page: leave --json, --as and --output out');
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

/** @throws {UsageError} for a format not available for this folder */
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
  // The user may not have named the place of a page.
  if (kind === 'html') log(`wrote ${file}`);
}
