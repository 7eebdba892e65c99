import { perSecondAround, slidingPeak } from '../../metrics/window.ts';
import type { Summary } from '../../results/summary.ts';
import { describe } from '../../storm/describe.ts';
import { curvesDiffer, type CurveViews } from '../both-views.ts';
import { binsOf, sparkline, windowMarks } from '../sparkline.ts';
import { timeText } from '../format.ts';
import { wrap } from '../wrap.ts';
import { COLUMNS } from './columns.ts';
import type { Paint } from './paint.ts';

const CURVE_ROWS = 4;
const SCALE_COLUMNS = 8;
const CURVE_COLUMNS = COLUMNS - SCALE_COLUMNS;

/** Each storm as a sentence, and the curve of the attempts, in both views of the run where they differ visibly. */
export function stormLines(summary: Summary, views: CurveViews, paint: Paint): readonly string[] {
  return [
    paint('title', summary.storms.length === 1 ? '1 storm' : `${summary.storms.length} storms`),
    ...stormSentences(summary).flatMap((sentence) => wrap(sentence, COLUMNS)),
    '',
    ...curveLines(summary, views, paint),
  ];
}

export function stormSentences({ storms, clients, downtime }: Summary): readonly string[] {
  return [
    ...(storms.length === 0 ? [noStorm(downtime.clientSeconds, clients)] : storms.map(describe)),
    ...outAtEnd(clients),
  ];
}

function noStorm(downSeconds: number, { notBack, neverReady }: Summary['clients']): string {
  if (downSeconds > 0) return `No storm or outage was found; clients were out for ${downSeconds.toFixed(1)} s in all.`;
  if (notBack + neverReady > 0) return 'No storm or outage was found.';
  return 'No reconnect storm: attempts never rose far above the calm rate.';
}

/** Clients that were not ready when the run ended, or are unknown; empty if all were ready. */
export function outAtEnd({ notBack, neverReady, unknown }: Summary['clients']): readonly string[] {
  const out = notBack === 0 ? [] : [`${notBack} that had been ready`];
  const never = neverReady === 0 ? [] : [`${neverReady} that never were`];
  const who = [...out, ...never].join(', and ');
  const unseen =
    unknown === 0 ? [] : [`When the run ended, ${unknown} ${unknown === 1 ? 'client was' : 'clients were'} unknown.`];
  return [...(who === '' ? [] : [`When the run ended, clients were not ready: ${who}.`]), ...unseen];
}

function curveLines(
  { attempts, durationMs, faults, clients }: Summary,
  { offered, intended }: CurveViews,
  paint: Paint,
): readonly string[] {
  const bins = binsOf(offered.values('attempts'), durationMs);
  const onTime = intended === null ? null : binsOf(intended.values('attempts'), durationMs);
  const both = onTime !== null && curvesDiffer(perSecondAround(bins), perSecondAround(onTime), CURVE_COLUMNS);
  const marks = windowMarks(faults, durationMs, CURVE_COLUMNS).trimEnd();
  const losses = clients.unknownSince.map(({ sinceMs }) => ({ atMs: sinceMs, forMs: 0 }));
  const unknown = windowMarks(losses, durationMs, CURVE_COLUMNS, '?').trimEnd();
  const end = timeText(durationMs);
  return [
    ...(both
      ? [
          'attempts a second, as intended',
          ...curveRows(onTime),
          "attempts a second, as offered: squall's own lateness included",
        ]
      : ['attempts a second']),
    ...curveRows(bins, attempts.peakPerSecond),
    ...(marks === '' ? [] : [`${'faults'.padStart(SCALE_COLUMNS - 1)} ${paint('doubt', marks)}`]),
    ...(unknown === '' ? [] : [`${'unknown'.padStart(SCALE_COLUMNS - 1)} ${paint('doubt', unknown)}`]),
    `${' '.repeat(SCALE_COLUMNS)}0s${end.padStart(CURVE_COLUMNS - 2)}`,
  ];
}

function curveRows(bins: Int32Array, peakPerSecond = slidingPeak(bins).perSecond): readonly string[] {
  const rows = sparkline(bins, CURVE_COLUMNS, CURVE_ROWS);
  return rows.map((row, index) => `${scale(index, peakPerSecond)}${row}`.trimEnd());
}

function scale(row: number, peakPerSecond: number): string {
  const label = row === 0 ? `${peakPerSecond}/s` : row === CURVE_ROWS - 1 ? '0' : '';
  return `${label.padStart(SCALE_COLUMNS - 1)} `;
}
