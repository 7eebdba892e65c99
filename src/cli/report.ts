import { join } from 'node:path';
import type { Comparison } from '../compare/comparison.ts';
import { readComparison } from '../compare/read-comparison.ts';
import { compareReport } from '../report/compare.ts';
import { REPORT_KINDS, REPORTS, type ReportKind } from '../report/kinds.ts';
import { seedsReport } from '../report/seeds.ts';
import { textReport } from '../report/text.ts';
import { summaryOf } from '../results/conclude.ts';
import { FILES } from '../results/files.ts';
import { readFolder } from '../results/read-folder.ts';
import { readSeeds } from '../results/seeds-read.ts';
import type { SeedsSummary } from '../results/seeds-summary.ts';
import { writeWhole } from '../results/write-whole.ts';
import { wantsColour } from './colour.ts';
import { comparisonPageOf } from './comparison-page.ts';
import { EXIT } from './exit-code.ts';
import { print, say } from './output.ts';
import { checkPlace, reportKind } from './report-files.ts';
import { UsageError } from './usage-error.ts';
import { verb } from './verb.ts';

/** Where a report goes: to a file, or to stdout, in colour where that takes it. */
interface Way {
  readonly kind: ReportKind;
  readonly file: string | undefined;
}

export const report = verb({
  command: 'report <folder>',
  summary: 'Show what a run came to, from its results folder',
  details:
    'Shows what a run came to, from its results folder. Of a run that was killed it tells what there is, and up to when. Exit status 0 whatever the verdict was: the report could be read.',
  positionals: (parser) =>
    parser.positional('folder', { type: 'string', demandOption: true, describe: 'A folder that a run has written' }),
  flags: {
    json: { type: 'boolean', default: false, describe: 'Short for --as json' },
    html: {
      type: 'string',
      describe: 'Write the page with pictures: to a file, or anew into the folder. Short for --as html --output FILE',
    },
    as: { type: 'string', requiresArg: true, describe: `What kind of report: ${REPORT_KINDS.join(', ')}` },
    output: { type: 'string', alias: 'o', requiresArg: true, describe: 'A file to write it to, in place of stdout' },
  },
  examples: [
    ['$0 report results/2026-11-23T18-04-05Z-expiry-cliff', 'the report that the run ended with'],
    ['$0 report results/… --json | jq .verdict', 'the verdict alone'],
    ['$0 report results/… --html', 'report.html in that folder, also of a run that was killed'],
    ['$0 report results/… --as junit -o junit.xml', 'for a CI server'],
    ['$0 report results/… --as csv -o curves.csv', 'the curves, a row for each 100 ms'],
  ],
  act({ folder, json, html, as, output }) {
    if (json && as !== undefined) throw new UsageError('--json is --as json: leave one of the two out');
    const way = html === undefined ? wayOf(json ? 'json' : as, output) : pageWay(html, folder, json, as, output);
    const comparison = readComparison(folder);
    if (comparison !== null) {
      deliver(comparisonText(folder, comparison, way), way);
      return EXIT.pass;
    }
    const seeds = readSeeds(folder);
    if (seeds !== null) deliver(seedsText(folder, seeds.summary, way), way);
    const warnings = seeds === null ? showRun(folder, way) : seeds.warnings;
    for (const warning of warnings) say(`warning: ${warning}`);
    return EXIT.pass;
  },
});

function wayOf(kind: string | undefined, file: string | undefined): Way {
  if (file !== undefined) checkPlace(file, '--output');
  return { kind: reportKind(kind ?? 'text', '--as'), file };
}

/** What --html stands for. */
function pageWay(html: string, folder: string, json: boolean, as: string | undefined, output: string | undefined): Way {
  if (json || as !== undefined || output !== undefined) {
    throw new UsageError('--html writes a page and nothing else: leave --json, --as and --output out');
  }
  const file = html === '' ? join(folder, FILES.page) : html;
  checkPlace(file, '--html');
  return { kind: 'html', file };
}

/** @returns warnings that the report does not have itself */
function showRun(dir: string, way: Way): readonly string[] {
  const content = readFolder(dir);
  const summary = summaryOf(content);
  const { measurements, scenario, prediction } = content;
  const text =
    way.kind === 'text'
      ? textReport({ summary, curves: measurements.curves, dir, colour: inColour(way) })
      : REPORTS[way.kind]({ summary, measurements, scenario, predicted: prediction?.curves ?? null, dir });
  deliver(text, way);
  return way.kind === 'text' ? [] : content.warnings;
}

/** @throws {UsageError} for a kind of report that many seeds do not have */
function seedsText(dir: string, summary: SeedsSummary, way: Way): string {
  if (way.kind === 'json') return `${JSON.stringify(summary, null, 2)}\n`;
  if (way.kind === 'text') return seedsReport({ summary, dir, colour: inColour(way) });
  throw new UsageError(`${dir} holds many seeds, of which there is no ${way.kind} report: take --as text or json`);
}

/** @throws {UsageError} for a kind of report that a comparison does not have */
function comparisonText(dir: string, comparison: Comparison, way: Way): string {
  if (way.kind === 'json') return `${JSON.stringify(comparison, null, 2)}\n`;
  if (way.kind === 'text') return compareReport({ comparison, dir, colour: inColour(way) });
  if (way.kind === 'html') return comparisonPageOf(dir, comparison);
  throw new UsageError(
    `${dir} holds a comparison, of which there is no ${way.kind} report: take --as text, html or json`,
  );
}

function inColour({ file }: Way): boolean {
  return file === undefined && wantsColour(process.stdout, process.env);
}

function deliver(text: string, { kind, file }: Way): void {
  if (file === undefined) return print(text);
  writeWhole(file, text);
  // Nobody named the place of a page that is written into its folder.
  if (kind === 'html') say(`wrote ${file}`);
}
