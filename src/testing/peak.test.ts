import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Curves } from '../metrics/curves.ts';
import { perSecond, settled } from '../metrics/samples.ts';
import { BIN_MS, SERIES_INDEX } from '../core/metrics.ts';
import { timeText } from '../report/format.ts';
import { curveViewsOf } from '../report/both-views.ts';
import { htmlReport } from '../report/html/page.ts';
import { closeUps } from '../report/html/close-ups.ts';
import { COLUMNS, ROWS } from '../report/html/plot.ts';
import { textReport } from '../report/text/run.ts';
import { GUTTER_COLUMNS } from '../tui/axis.ts';
import { curveView } from '../tui/curve-view.ts';
import { scriptedRun } from './scripted-run.ts';
import { scriptedSummary } from './scripted-summary.ts';

const DURATION_MS = 30_000;
const { summary, curves } = scriptedSummary();
const run = scriptedRun(500);
const { progress } = run.advance(DURATION_MS);
const { peakAtMs, peakPerSecond } = summary.attempts;
const label = `${peakPerSecond}/s at ${timeText(peakAtMs!)}`;

interface Apex {
  readonly atMs: number;
  readonly value: number;
}

/** The highest points of a filled curve on a page, over a time axis from `fromMs`. */
function apexes(page: string, id: string, fromMs: number, spanMs: number): readonly Apex[] {
  const figure = page.slice(page.indexOf(`"${id}-title ${id}-desc"`));
  const path = /class="area" d="([^"]+)"/.exec(figure)?.[1] ?? '';
  const points = [...path.matchAll(/L([\d.]+),([\d.]+)/g)].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
  const top = Math.min(...points.map(({ y }) => y));
  return points
    .filter(({ y }) => y === top)
    .map(({ x, y }) => ({ atMs: fromMs + (x / COLUMNS) * spanMs, value: (1 - y / ROWS) * highest(page, id) }));
}

/** The value at the upper edge of a plot, from its highest label. */
function highest(page: string, id: string): number {
  const axis = page.slice(0, page.indexOf(`"${id}-title ${id}-desc"`));
  const labels = axis.slice(axis.lastIndexOf('class="y"'));
  const [, at = '', text = ''] = [...labels.matchAll(/bottom:([\d.]+)%">([\d.k]+)</g)].at(-1) ?? [];
  return Number(text) / (Number(at) / 100);
}

/** The column of an instant in a curve over the whole run. */
function columnOf(atMs: number, columns: number): number {
  return Math.floor((atMs / DURATION_MS) * columns);
}

describe('the peak of a run', () => {
  const page = htmlReport({ summary, measurements: progress.measurements, scenario: run.scenario, predicted: null });

  it('has one instant and one value, in the summary, the text, the page and the screen', () => {
    const { attempts } = curveView(run.scenario, progress.faults, progress.measurements, curves, 80, 24);
    const words = label.replace('/s', '');
    expect(attempts.detail).toContain(`peak ${words}`);
    expect(attempts.legend).toContain(`predicted, peak ${words}`);
    expect(textReport({ summary, measurements: progress.measurements, dir: null, colour: false })).toContain(
      `peak ${label}`,
    );
    expect(page).toContain(label);
  });

  it('is the highest point of the curve on the page', () => {
    const highestPoints = apexes(page, 'attempts', 0, DURATION_MS);
    const columnMs = DURATION_MS / COLUMNS;
    expect(highestPoints.some(({ atMs }) => Math.abs(atMs - peakAtMs!) <= columnMs + BIN_MS / 2)).toBe(true);
    for (const { value } of highestPoints) expect(value).toBeCloseTo(peakPerSecond, 0);
  });

  it('is the highest point of a storm at close range', () => {
    const [storm] = summary.storms;
    const long = { ...summary, durationMs: 60 * DURATION_MS };
    const text = closeUps(long, curveViewsOf(progress.measurements))?.text ?? '';
    const [, from = '', to = ''] = /reconnect, a second from ([\d.]+)s to ([\d.]+)s/.exec(text) ?? [];
    const fromMs = Number(from) * 1000;
    const highestPoints = apexes(text, 'storm-attempts-1', fromMs, Number(to) * 1000 - fromMs);
    expect(text).toContain(`${storm!.peakPerSecond}/s at ${timeText(storm!.peakAtMs)}`);
    expect(highestPoints.some(({ atMs }) => Math.abs(atMs - storm!.peakAtMs) <= BIN_MS / 2)).toBe(true);
    for (const { value } of highestPoints) expect(value).toBeCloseTo(storm!.peakPerSecond, 0);
  });

  it('is a full column of the curve in the text, whose scale has its value', () => {
    const lines = textReport({ summary, measurements: progress.measurements, dir: null, colour: false }).split('\n');
    const row = lines[lines.indexOf('attempts a second') + 1] ?? '';
    const gutterColumns = 8;
    expect(row.slice(0, gutterColumns).trim()).toBe(`${peakPerSecond}/s`);
    expect(row[gutterColumns + columnOf(peakAtMs!, 72)]).toBe('█');
  });

  it.each([80, 200])('is the highest dot on a screen of %d columns', (columns) => {
    const { attempts } = curveView(run.scenario, progress.faults, progress.measurements, null, columns, 24);
    const rows = attempts.rows.map(({ runs }) => runs.map(({ text }) => text).join(''));
    const highestRow = rows.find((row) => /[^\u2800 ]/u.test(row)) ?? '';
    const cell = highestRow[columnOf(peakAtMs!, columns - GUTTER_COLUMNS)] ?? '';
    expect(topDot(cell)).toBe(Math.min(...Array.from(highestRow, topDot)));
  });
});

/** The dots of each row of a Braille character, from above. */
const DOT_ROWS = [0x09, 0x12, 0x24, 0xc0];

/** The row of the highest dot, 0 to 3; 4 for none. */
function topDot(character: string): number {
  const row = DOT_ROWS.findIndex((dots) => ((character.codePointAt(0) ?? 0) & dots) !== 0);
  return row === -1 ? DOT_ROWS.length : row;
}

describe('the drawn rate of any curve', () => {
  it('is highest at the instant of its peak, with its value', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1, maxLength: 60 }), (counts) => {
        const drawn = new Curves(new ArrayBuffer(Curves.bytes(counts.length)));
        for (const [bin, n] of counts.entries()) drawn.add(SERIES_INDEX.attempts, bin * BIN_MS, n);
        const peak = drawn.peakPerSecond('attempts');
        const samples = perSecond({ curves: drawn, elapsedMs: counts.length * BIN_MS }, 'attempts');
        expect(Math.max(...samples)).toBe(peak.perSecond);
        expect(samples[peak.atMs / BIN_MS]).toBe(peak.perSecond);
      }),
    );
  });

  it('ends with the last complete second while the run goes on', () => {
    const samples = new Float64Array(100).fill(1);
    expect([0, 499, 500, 2345].map((elapsedMs) => settled(samples, elapsedMs).length)).toEqual([0, 0, 1, 19]);
  });
});
