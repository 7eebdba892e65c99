import type { Curves } from '../../metrics/curves.ts';
import type { Summary } from '../../results/summary.ts';
import { describe } from '../../storm/describe.ts';
import { binsOf, sparkline, windowMarks } from '../sparkline.ts';
import { timeText } from '../format.ts';
import { wrap } from '../wrap.ts';
import { COLUMNS } from './columns.ts';
import type { Paint } from './paint.ts';

const CURVE_ROWS = 4;
const SCALE_COLUMNS = 8;
const CURVE_COLUMNS = COLUMNS - SCALE_COLUMNS;

/** Each storm as a sentence, and the curve of the attempts. */
export function stormLines(summary: Summary, curves: Curves, paint: Paint): readonly string[] {
  return [
    paint('title', summary.storms.length === 1 ? '1 storm' : `${summary.storms.length} storms`),
    ...stormSentences(summary).flatMap((sentence) => wrap(sentence, COLUMNS)),
    '',
    ...curveLines(summary, curves, paint),
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

/** Clients that were not ready when the run ended; empty if all were. */
export function outAtEnd({ notBack, neverReady }: Summary['clients']): readonly string[] {
  const out = notBack === 0 ? [] : [`${notBack} that had been ready`];
  const never = neverReady === 0 ? [] : [`${neverReady} that never were`];
  const who = [...out, ...never].join(', and ');
  return who === '' ? [] : [`When the run ended, clients were not ready: ${who}.`];
}

function curveLines({ attempts, durationMs, faults }: Summary, curves: Curves, paint: Paint): readonly string[] {
  const rows = sparkline(binsOf(curves.values('attempts'), durationMs), CURVE_COLUMNS, CURVE_ROWS);
  const marks = windowMarks(faults, durationMs, CURVE_COLUMNS).trimEnd();
  const end = timeText(durationMs);
  return [
    'attempts a second',
    ...rows.map((row, index) => `${scale(index, attempts.peakPerSecond)}${row}`.trimEnd()),
    ...(marks === '' ? [] : [`${'faults'.padStart(SCALE_COLUMNS - 1)} ${paint('doubt', marks)}`]),
    `${' '.repeat(SCALE_COLUMNS)}0s${end.padStart(CURVE_COLUMNS - 2)}`,
  ];
}

function scale(row: number, peakPerSecond: number): string {
  const label = row === 0 ? `${peakPerSecond}/s` : row === CURVE_ROWS - 1 ? '0' : '';
  return `${label.padStart(SCALE_COLUMNS - 1)} `;
}
