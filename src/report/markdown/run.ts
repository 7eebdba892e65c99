import { sightingText } from '../../metrics/sighting.ts';
import type { Summary } from '../../results/summary.ts';
import { describe } from '../../storm/describe.ts';
import { durationText, figureText, timeText } from '../format.ts';
import { attemptsPeak, ON_TIME_LABEL, visiblyOnTime } from '../both-views.ts';
import { otherReasons } from '../reasons.ts';
import { measuredText, thresholdOutcome, type ThresholdOutcome } from '../threshold-words.ts';
import { commandParts, seconds } from '../text/totals.ts';
import { outAtEnd } from '../text/storms.ts';
import { ALL_LABEL, hasOthers, onTimeNote, rankedText, triedIn, usedTimings } from '../text/timings.ts';
import { expectationText } from '../text/verdict.ts';
import { code, document, folded, MARKS, table } from './text.ts';

/** Maximum number of storms listed. */
const STORMS_MAX = 5;
const NOTE_CHARS = 1000;
const MEASURED_CHARS = 400;
const SEEN_MAX = 5;

const OUTCOMES: Readonly<Record<ThresholdOutcome, string>> = {
  passed: `${MARKS.pass} holds`,
  failed: `${MARKS.fail} fails`,
  open: `${MARKS.inconclusive} open`,
  'no data': `${MARKS.inconclusive} no data`,
};

/**
 * The report for a pull request, in GitHub's Markdown: verdict, reasons, thresholds, and folded numbers. Text from a
 * remote stands in code spans, where it is neither markup nor a mention.
 */
export function markdownReport(summary: Summary): string {
  const { verdict, scenario, seed, world, durationMs, version } = summary;
  const run = world === 'sim' ? 'simulated in virtual time' : 'run with real sockets';
  const sections = [
    [`### ${MARKS[verdict]} squall: ${verdict} – ${code(scenario)}`],
    summary.notes.map((note) => `- note: ${code(note, NOTE_CHARS)}`),
    [`${run}, seed ${seed}, ${timeText(durationMs)}, ${summary.clients.planned} clients, squall ${version}`],
    otherReasons(summary).map((reason) => `- ${code(reason)}`),
    thresholdLines(summary),
    stormLines(summary),
    expectationLines(summary),
    summary.warnings.map((warning) => `- warning: ${code(warning)}`),
    detailLines(summary),
  ];
  return document(sections);
}

function thresholdLines({ thresholds }: Summary): readonly string[] {
  if (thresholds.length === 0) return ['No thresholds are set.'];
  const rows = thresholds.map((threshold) => [
    OUTCOMES[thresholdOutcome(threshold)],
    code(threshold.expression),
    code(measuredText(threshold), MEASURED_CHARS),
  ]);
  return table(['', 'threshold', 'measured'], rows);
}

/** Whether the expected verdict was met; empty when the scenario states none or the run ended early. */
function expectationLines({ expectation }: Summary): readonly string[] {
  if (expectation === null || expectation.met === null) return [];
  return [
    `${expectation.met ? `${MARKS.pass} as expected` : `${MARKS.fail} not as expected`}: ${code(expectationText(expectation))}`,
  ];
}

function stormLines({ storms, clients }: Summary): readonly string[] {
  const more = storms.length - STORMS_MAX;
  return [
    ...storms.slice(0, STORMS_MAX).map((storm) => `- ${describe(storm)}`),
    ...(more > 0 ? [`- and ${more} more storms`] : []),
    ...outAtEnd(clients).map((sentence) => `- ${sentence}`),
  ];
}

function detailLines(summary: Summary): readonly string[] {
  return folded('Figures', [
    ...timingLines(summary),
    '',
    ...onTimeNote(summary.timings).flatMap((note) => [note, '']),
    ...countLines(summary),
    '',
    ...faultLines(summary),
  ]);
}

function timingLines({ timings }: Summary): readonly string[] {
  const rows = usedTimings(timings).flatMap(([name, timing]) => {
    const { count, failures, all, p50Ms, p90Ms, p99Ms, maxMs } = timing;
    const ok = [name, String(count), counted(failures), ...[p50Ms, p90Ms, p99Ms, maxMs].map(durationText)];
    const onTime = visiblyOnTime(timing);
    const late = onTime === null ? [] : [onTimeRow(onTime, durationText)];
    if (!hasOthers(timing)) return [ok, ...late];
    const ranked = [all.p50Ms, all.p90Ms, all.p99Ms, all.maxMs].map(rankedText);
    const lateRanked = onTime === null ? [] : [onTimeRow(onTime.all, rankedText)];
    return [ok, ...late, [`– ${ALL_LABEL}`, String(triedIn(timing)), '', ...ranked], ...lateRanked];
  });
  return table(['timing', 'count', 'failed', 'p50', 'p90', 'p99', 'max'], rows);
}

/** A row of quantiles without squall's own lateness. */
function onTimeRow<Ms>(
  { p50Ms, p90Ms, p99Ms, maxMs }: Readonly<Record<`${'p50' | 'p90' | 'p99' | 'max'}Ms`, Ms>>,
  text: (ms: Ms) => string,
): readonly string[] {
  return [`– ${ON_TIME_LABEL}`, '', '', ...[p50Ms, p90Ms, p99Ms, maxMs].map(text)];
}

const REFRESH_ROW: Readonly<Record<Summary['refreshes']['by'], string>> = {
  endpoint: 'refreshes',
  minted: 'tokens minted by squall, renewals',
  none: 'renewals that were due and asked nobody',
};

function countLines({ attempts, losses, refreshes, timings, seen, commands, counts }: Summary): readonly string[] {
  return table(
    ['', ''],
    [
      ['attempts', `${attempts.total}, ${attempts.failed} failed, ${attemptsPeak(attempts)}`],
      ['connections lost', counted(losses)],
      ...requestRow('logins', timings.login),
      ...requestRow('requests before dials', timings.dialRequest),
      ...requestRow('requests before joins', timings.joinRequest),
      ...requestRow('joins', timings.join),
      [REFRESH_ROW[refreshes.by], `${refreshes.total}, failed: ${counted(refreshes.failed)}`],
      ...seen.slice(0, SEEN_MAX).map((each) => ['seen', code(sightingText(each))]),
      ['commands', commandParts(commands).join(', ')],
      ['exposure', `${figureText(seconds(counts.exposureMs))} client-seconds ready on an expired token`],
    ],
  );
}

function requestRow(label: string, timing: Summary['timings']['login']): readonly (readonly [string, string])[] {
  if (timing === null || triedIn(timing) === 0) return [];
  return [[label, `${triedIn(timing)}, failed: ${counted(timing.failures)}`]];
}

function faultLines({ faults }: Summary): readonly string[] {
  const rows = faults.map(({ label, atMs, planned, hit, missed }) => [
    code(label),
    timeText(atMs),
    `${hit} of ${planned}`,
    counted(missed),
  ]);
  return table(['fault', 'at', 'hit', 'missed'], rows);
}

/** A total with its parts: `3 (1006 2, timeout 1)`. */
function counted(counts: Readonly<Record<string, number | undefined>>): string {
  const some = Object.entries(counts).filter(([, n]) => n !== undefined && n > 0);
  if (some.length === 0) return '0';
  return `${sum(counts)} (${some.map(([reason, n]) => `${code(reason)} ${n}`).join(', ')})`;
}

function sum(counts: Readonly<Record<string, number | undefined>>): number {
  return Object.values(counts).reduce<number>((total, n) => total + (n ?? 0), 0);
}
