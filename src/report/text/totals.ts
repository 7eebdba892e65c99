import { sightingText } from '../../metrics/sighting.ts';
import type { Summary } from '../../results/summary.ts';
import { clean } from '../clean.ts';
import { durationText, figureText, timeText } from '../format.ts';
import { attemptsPeak } from '../both-views.ts';
import { unknownWords } from '../unknown-words.ts';
import { wrap } from '../wrap.ts';
import { COLUMNS, LABEL_COLUMNS, labelled } from './columns.ts';
import { conditionEntries, type Entry } from './conditions.ts';
import { triedIn } from './timings.ts';

/** Maximum number of samples of the target's answers shown; summary.json has more. */
const SEEN_MAX = 5;
const SEEN_CHARS = 240;

/** All counts, one or two lines each. */
export function totalLines(summary: Summary): readonly string[] {
  const entries: readonly Entry[] = [
    ...countEntries(summary),
    ...(summary.commands.due === 0 ? [] : [['commands', commandParts(summary.commands)] as const]),
    ...safetyEntries(summary),
    ...summary.faults.map((fault) => ['fault', [faultText(fault, summary.durationMs)]] as const),
    ...(summary.world === 'sim' ? [] : [['generator', generatorParts(summary.generator)] as const]),
  ];
  return entries
    .map(([label, parts]) => labelled(label, parts.join(', ')))
    .flatMap((text) => wrap(text, COLUMNS, ' '.repeat(LABEL_COLUMNS)));
}

/** Clients, their attempts, losses and refreshes. */
export function countEntries(summary: Summary): readonly Entry[] {
  const { clients, attempts, refreshes, targetReported } = summary;
  const lost = sum(summary.losses);
  return [
    [
      'clients',
      [
        `${figureText(clients.started)} of ${clients.planned} started`,
        `${clients.readyAtEnd} ready at the end`,
        ...(clients.unknown === 0 ? [] : [unknownWords(clients.unknownSince)]),
        ...(clients.notBack === 0 ? [] : [`${clients.notBack} not back`]),
        ...(clients.neverReady === 0 ? [] : [`${clients.neverReady} never ready`]),
        `${clients.stopped} stopped${causes(clients.stoppedBy)}`,
      ],
    ],
    [
      'attempts',
      [
        `${attempts.total}`,
        `${attempts.failed} failed`,
        ...(attempts.unanswered === 0 ? [] : [`${attempts.unanswered} unanswered at the end`]),
        ...(targetReported.wasted === null ? [] : [`${targetReported.wasted} wasted`]),
        `${attemptsPeak(attempts)}${attempts.peakAtMs === null ? '' : ` at ${timeText(attempts.peakAtMs)}`}`,
      ],
    ],
    ...(lost === 0 ? [] : [['lost', [`${lost} connection${lost === 1 ? '' : 's'}${causes(summary.losses)}`]] as const]),
    ...(lost === 0
      ? []
      : [
          [
            'downtime',
            [`${figureText(summary.downtime.clientSeconds)} client-seconds not ready after having been ready`],
          ] as const,
        ]),
    ...loginEntries(summary),
    ...refreshEntries(refreshes),
    ...(summary.seen.length === 0 ? [] : [['seen', summary.seen.slice(0, SEEN_MAX).map(seenText)] as const]),
  ];
}

/** Logins, and requests before dials, of a run that has any. */
function loginEntries({ timings, counts }: Summary): readonly Entry[] {
  const before = counts.loginsBefore ?? 0;
  return [
    ...requestEntry('logins', timings.login, before === 0 ? [] : [`${before} of them before the run`]),
    ...requestEntry('dial requests', timings.dialRequest, []),
    ...requestEntry('join requests', timings.joinRequest, []),
    ...requestEntry('joins', timings.join, []),
  ];
}

function requestEntry(label: string, timing: Summary['timings']['login'], more: readonly string[]): readonly Entry[] {
  if (timing === null || triedIn(timing) === 0) return [];
  const slowest = timing.count === 0 ? [] : [`${durationText(timing.p99Ms)} p99`];
  return [
    [label, [`${triedIn(timing)}`, `${sum(timing.failures)} failed${causes(timing.failures)}`, ...slowest, ...more]],
  ];
}

/** Refreshes. Renewals minted by squall are no requests to a token endpoint; they fail only through a fault. */
function refreshEntries({ by, total, failed }: Summary['refreshes']): readonly Entry[] {
  const failures = `${sum(failed)} failed${causes(failed)}`;
  if (by === 'endpoint') return [['refreshes', [`${total}`, failures]]];
  if (by === 'none') return [['tokens', [`no others than the first: ${total} renewals were due and asked nobody`]]];
  return [['tokens', [`minted by squall: ${total} renewals`, ...(sum(failed) === 0 ? [] : [failures])]]];
}

/** Samples of unusable answers and messages of the target; the text may hold anything. */
function seenText(seen: Summary['seen'][number]): string {
  return clean(sightingText(seen), SEEN_CHARS);
}

/** Accesses that should have been refused, and refusals of clients that should have had access. */
export function safetyEntries(summary: Summary): readonly Entry[] {
  const exposure = `${figureText(seconds(summary.counts.exposureMs))} client-seconds ready on a token past its expiry`;
  return [['exposure', [exposure]], ...conditionEntries(summary)];
}

/** Outcomes of the commands that came due. */
export function commandParts(commands: Summary['commands']): readonly string[] {
  const { due, sent, acknowledged, lost, duplicated, unexpected, duplicatedBy, skipped, inFlight, waiting, unknown } =
    commands;
  return [
    ...(due === sent ? [] : [`${due} due`]),
    `${sent} sent`,
    `${acknowledged} acknowledged`,
    `${figureText(lost)} lost`,
    `${figureText(duplicated)} duplicated${causes(duplicatedBy ?? {})}`,
    `${figureText(unexpected)} unexpected`,
    ...(inFlight === 0 ? [] : [`${inFlight} in flight at the end`]),
    ...(unknown === 0 ? [] : [`${unknown} unknown`]),
    ...(skipped === 0 ? [] : [`${skipped} never sent`]),
    ...(waiting === 0 ? [] : [`${waiting} waiting for a connection at the end`]),
  ];
}

/** One fault in words: its time, its planned clients and its hits. */
function faultText(fault: Summary['faults'][number], durationMs: number): string {
  const { label, atMs, injected, planned, hit, missed } = fault;
  const by = injected ? ', by hand' : '';
  const outcome = atMs > durationMs ? 'not reached' : `${planned} planned, ${hit} hit${missesText(missed)}`;
  return `${clean(label, 40)} at ${timeText(atMs)}${spanText(fault)}${by}: ${outcome}`;
}

/** ` for 20.0s, 3 times every 60.0s`: the length of a fault and its repetition. */
export function spanText({ forMs, everyMs, times }: Summary['faults'][number]): string {
  const span = forMs === 0 ? '' : ` for ${timeText(forMs)}`;
  return everyMs === null || times === 1 ? span : `${span}, ${times} times every ${timeText(everyMs)}`;
}

export function missesText(missed: Summary['faults'][number]['missed']): string {
  const some = Object.entries(missed).filter(([, n]) => n > 0);
  return some.length === 0 ? '' : `, ${sum(missed)} missed${causes(missed)}`;
}

/** Health of the load generator. */
export function generatorParts(generator: Summary['generator']): readonly string[] {
  const { workers, latenessP99Ms, loopDelayP99Ms, cpuSeconds, rssBytes, droppedStarts, saturated } = generator;
  return [
    `${workers} worker${workers === 1 ? '' : 's'}`,
    `lateness p99 ${durationText(latenessP99Ms)}`,
    `loop delay p99 ${durationText(loopDelayP99Ms)}`,
    `${figureText(cpuSeconds)} s CPU`,
    `${figureText(rssBytes === null ? null : Math.round(rssBytes / 1024 ** 2))} MiB`,
    ...(droppedStarts > 0 ? [`${droppedStarts} starts dropped`] : []),
    ...(saturated ? ['SATURATED'] : []),
  ];
}

/** ` (gave-up 3, logged-out 1)`; empty when all counts are 0. */
function causes(counts: Readonly<Record<string, number | null>>): string {
  const some = Object.entries(counts).filter(([, n]) => n !== null && n > 0);
  return some.length === 0 ? '' : ` (${some.map(([cause, n]) => `${clean(cause, 40)} ${n}`).join(', ')})`;
}

export function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, n) => total + n, 0);
}
