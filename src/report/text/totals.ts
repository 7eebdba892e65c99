import type { Summary } from '../../results/summary.ts';
import { clean } from '../clean.ts';
import { durationText, figureText, timeText } from '../format.ts';
import { wrap } from '../wrap.ts';
import { COLUMNS, LABEL_COLUMNS, labelled } from './columns.ts';
import { conditionEntries } from './conditions.ts';

/** Everything that is a count and no distribution, a line or two each. */
export function totalLines(summary: Summary): readonly string[] {
  const { clients, attempts, refreshes, commands, exposure } = summary;
  const lost = sum(summary.losses);
  return [
    entry('clients', [
      `${clients.started} of ${clients.planned} started`,
      `${clients.readyAtEnd} ready at the end`,
      `${clients.stopped} stopped${causes(clients.stoppedBy)}`,
    ]),
    entry('attempts', [
      `${attempts.total}`,
      `${attempts.failed} failed`,
      ...(attempts.unanswered === 0 ? [] : [`${attempts.unanswered} unanswered at the end`]),
      ...(attempts.wasted === null ? [] : [`${attempts.wasted} wasted`]),
      `peak ${attempts.peakPerSecond}/s${attempts.peakAtMs === null ? '' : ` at ${timeText(attempts.peakAtMs)}`}`,
    ]),
    ...(lost === 0 ? [] : [entry('lost', [`${lost} connection${lost === 1 ? '' : 's'}${causes(summary.losses)}`])]),
    entry('refreshes', [`${refreshes.total}`, `${sum(refreshes.failed)} failed${causes(refreshes.failed)}`]),
    ...(commands.sent === 0 ? [] : [commandEntry(commands)]),
    entry('exposure', [`${figureText(exposure.clientSeconds)} client-seconds ready on a token past its expiry`]),
    ...conditionEntries(summary).map(([label, parts]) => entry(label, parts)),
    ...summary.faults.map((fault) => faultEntry(fault, summary.durationMs)),
    ...(summary.world === 'sim' ? [] : [generatorEntry(summary.generator)]),
  ].flatMap((text) => wrap(text, COLUMNS, ' '.repeat(LABEL_COLUMNS)));
}

function commandEntry({ sent, acknowledged, lost, duplicated, unexpected, duplicatedBy }: Summary['commands']): string {
  return entry('commands', [
    `${sent} sent`,
    `${acknowledged} acknowledged`,
    `${figureText(lost)} lost`,
    `${figureText(duplicated)} duplicated${causes(duplicatedBy)}`,
    `${figureText(unexpected)} unexpected`,
  ]);
}

function faultEntry(fault: Summary['faults'][number], durationMs: number): string {
  const { label, atMs, forMs, everyMs, times, injected, planned, hit, missed } = fault;
  const span = forMs === 0 ? '' : ` for ${timeText(forMs)}`;
  const again = everyMs === null || times === 1 ? '' : `, ${times} times every ${timeText(everyMs)}`;
  const by = injected ? ', by hand' : '';
  const outcome = atMs > durationMs ? 'not reached' : `${planned} planned, ${hit} hit${missesText(missed)}`;
  return labelled('fault', `${clean(label, 40)} at ${timeText(atMs)}${span}${again}${by}: ${outcome}`);
}

function missesText(missed: Summary['faults'][number]['missed']): string {
  const some = Object.entries(missed).filter(([, n]) => n > 0);
  return some.length === 0 ? '' : `, ${sum(missed)} missed${causes(missed)}`;
}

function generatorEntry(generator: Summary['generator']): string {
  const { workers, latenessP99Ms, loopDelayP99Ms, cpuSeconds, rssBytes, droppedStarts, saturated } = generator;
  return entry('generator', [
    `${workers} worker${workers === 1 ? '' : 's'}`,
    `lateness p99 ${durationText(latenessP99Ms)}`,
    `loop delay p99 ${durationText(loopDelayP99Ms)}`,
    `${figureText(cpuSeconds)} s CPU`,
    `${figureText(rssBytes === null ? null : Math.round(rssBytes / 1024 ** 2))} MiB`,
    ...(droppedStarts > 0 ? [`${droppedStarts} starts dropped`] : []),
    ...(saturated ? ['SATURATED'] : []),
  ]);
}

function entry(label: string, parts: readonly string[]): string {
  return labelled(label, parts.join(', '));
}

/** ` (gave-up 3, logged-out 1)`; nothing when nothing happened. */
function causes(counts: Readonly<Record<string, number>>): string {
  const some = Object.entries(counts).filter(([, n]) => n > 0);
  return some.length === 0 ? '' : ` (${some.map(([cause, n]) => `${clean(cause, 40)} ${n}`).join(', ')})`;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, n) => total + n, 0);
}
