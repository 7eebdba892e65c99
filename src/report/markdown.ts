import { TIMINGS } from '../metrics/series.ts';
import type { Summary } from '../results/summary.ts';
import { describe } from '../storm/describe.ts';
import { clean } from './clean.ts';
import { durationText, figureText, timeText } from './format.ts';
import { reasonsBeside } from './reasons.ts';

const MARKS = { pass: '✅', fail: '❌', inconclusive: '❔' } as const;
const QUOTED_CHARS = 400;
/** Storms told of one by one. */
const STORMS_MAX = 5;

/**
 * The report for a pull request, in GitHub's Markdown: the verdict, why, every threshold, and the numbers folded away.
 * Whatever may come from a remote stands in code spans, where it is neither markup nor the mention of anybody.
 */
export function markdownReport(summary: Summary): string {
  const { verdict, scenario, seed, world, durationMs, squall } = summary;
  const run = world === 'sim' ? 'simulated in virtual time' : 'run with real sockets';
  const sections = [
    [`### ${MARKS[verdict]} squall: ${verdict} – ${code(scenario)}`],
    [`${run}, seed ${seed}, ${timeText(durationMs)}, ${summary.clients.planned} clients, squall ${squall}`],
    reasonsBeside(summary).map((reason) => `- ${code(reason)}`),
    thresholdLines(summary),
    stormLines(summary),
    summary.warnings.map((warning) => `- warning: ${code(warning)}`),
    detailLines(summary),
  ];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function thresholdLines({ thresholds }: Summary): readonly string[] {
  if (thresholds.length === 0) return ['No thresholds are set.'];
  const rows = thresholds.map(({ expression, ok, text }) => {
    const outcome = ok === null ? `${MARKS.inconclusive} no data` : ok ? `${MARKS.pass} holds` : `${MARKS.fail} fails`;
    return [outcome, code(expression), code(text)];
  });
  return table(['', 'threshold', 'measured'], rows);
}

function stormLines({ storms }: Summary): readonly string[] {
  const more = storms.length - STORMS_MAX;
  return [
    ...storms.slice(0, STORMS_MAX).map((storm) => `- ${describe(storm)}`),
    ...(more > 0 ? [`- and ${more} more storms`] : []),
  ];
}

function detailLines(summary: Summary): readonly string[] {
  return [
    '<details><summary>Figures</summary>',
    '',
    ...timingLines(summary),
    '',
    ...countLines(summary),
    '',
    ...faultLines(summary),
    '</details>',
  ];
}

function timingLines({ timings }: Summary): readonly string[] {
  const rows = TIMINGS.map((name) => [name, timings[name]] as const)
    .filter(([, { count, failures }]) => count > 0 || sum(failures) > 0)
    .map(([name, { count, failures, p50Ms, p90Ms, p99Ms, maxMs }]) => [
      name,
      String(count),
      counted(failures),
      ...[p50Ms, p90Ms, p99Ms, maxMs].map(durationText),
    ]);
  return table(['timing', 'count', 'failed', 'p50', 'p90', 'p99', 'max'], rows);
}

function countLines({ attempts, losses, refreshes, commands, exposure }: Summary): readonly string[] {
  const { sent, acknowledged, lost, duplicated, unexpected } = commands;
  return table(
    ['', ''],
    [
      ['attempts', `${attempts.total}, ${attempts.failed} failed, peak ${attempts.peakPerSecond}/s`],
      ['connections lost', counted(losses)],
      ['refreshes', `${refreshes.total}, failed: ${counted(refreshes.failed)}`],
      [
        'commands',
        `${sent} sent, ${acknowledged} acknowledged, ${figureText(lost)} lost, ${figureText(duplicated)} duplicated, ${figureText(unexpected)} unexpected`,
      ],
      ['exposure', `${figureText(exposure.clientSeconds)} client-seconds ready on an expired token`],
    ],
  );
}

function faultLines({ faults }: Summary): readonly string[] {
  if (faults.length === 0) return [];
  const rows = faults.map(({ label, atMs, planned, hit, missed }) => [
    code(label),
    timeText(atMs),
    `${hit} of ${planned}`,
    counted(missed),
  ]);
  return [...table(['fault', 'at', 'hit', 'missed'], rows), ''];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

/** `3 (1006 2, timeout 1)`: how many, and of what. */
function counted(counts: Readonly<Record<string, number | undefined>>): string {
  const some = Object.entries(counts).filter(([, n]) => n !== undefined && n > 0);
  if (some.length === 0) return '0';
  return `${sum(counts)} (${some.map(([reason, n]) => `${code(reason)} ${n}`).join(', ')})`;
}

function sum(counts: Readonly<Record<string, number | undefined>>): number {
  return Object.values(counts).reduce<number>((total, n) => total + (n ?? 0), 0);
}

/** Text of any origin, as it is. A pipe would end the cell of a table even here. */
function code(text: string): string {
  const shown = clean(text, QUOTED_CHARS).replaceAll('`', "'").replaceAll('|', '\\|').trim();
  return shown === '' ? '' : `\`${shown}\``;
}
