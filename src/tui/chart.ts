import { BrailleCanvas } from './braille.ts';

export interface Chart {
  /** evenly spaced from time 0; negative and non-finite samples count as 0 */
  readonly samples: ArrayLike<number>;
  readonly sampleMs: number;
  /** time span of the whole width, ms; the area after the last sample stays empty */
  readonly spanMs: number;
  /** the value at the upper edge; larger values are drawn there */
  readonly top: number;
  /**
   * `area`: filled from 0, solid up to the smallest sample of a column and half-tone up to the greatest; `line`:
   * smallest and greatest joined; `area-outline` and `dotted-line`: the same in single dots, one per character, so that
   * they differ from solid ones without colours
   */
  readonly style: 'area' | 'line' | 'area-outline' | 'dotted-line';
  readonly columns: number;
  readonly rows: number;
}

/**
 * Draws samples as `rows` strings of exactly `columns` characters. Each dot column shows the smallest and the greatest
 * sample of its time, so that a spike of one sample stays visible.
 */
export function drawChart(chart: Chart): string[] {
  const canvas = new BrailleCanvas(chart.columns, chart.rows);
  switch (chart.style) {
    case 'area':
      drawArea(canvas, extentsOf(chart, canvas.dotsAcross), chart.top);
      break;
    case 'line':
      drawLine(canvas, extentsOf(chart, canvas.dotsAcross), chart.top);
      break;
    case 'area-outline':
      drawOutline(canvas, extentsOf(chart, chart.columns), chart.top);
      break;
    case 'dotted-line':
      drawDottedLine(canvas, extentsOf(chart, chart.columns), chart.top);
  }
  return canvas.toRows();
}

/** The smallest and the greatest sample of one column of dots or characters. */
interface Extent {
  readonly min: number;
  readonly max: number;
}

/** The extents of all columns with samples; they end at the current time of the run. */
function extentsOf(chart: Chart, columns: number): Extent[] {
  const samplesPerColumn = chart.spanMs / chart.sampleMs / columns;
  const extents: Extent[] = [];
  for (let column = 0; column < columns; column++) {
    const first = Math.floor(column * samplesPerColumn);
    if (first >= chart.samples.length) break;
    extents.push(extentOf(chart, first, (column + 1) * samplesPerColumn));
  }
  return extents;
}

function extentOf(chart: Chart, first: number, until: number): Extent {
  const end = Math.min(chart.samples.length, Math.max(first + 1, Math.ceil(until)));
  let min = Infinity;
  let max = 0;
  for (let i = first; i < end; i++) {
    const value = plain(chart.samples[i]);
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { min, max };
}

function plain(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : 0;
}

function drawArea(canvas: BrailleCanvas, extents: readonly Extent[], top: number): void {
  for (const [across, { min, max }] of extents.entries()) {
    // On a slope the samples of a column connect its neighbours; that is no spread, so no half-tone.
    const slope = Math.max(extents[across - 1]?.min ?? 0, extents[across + 1]?.min ?? 0);
    const solid = filledDots(Math.max(min, Math.min(max, slope)), top, canvas.dotsDown);
    const peak = filledDots(max, top, canvas.dotsDown);
    for (let up = 0; up < peak; up++) {
      const halfTone = (up + across) % 2 === 0;
      if (up < solid || up === peak - 1 || halfTone) canvas.set(across, up);
    }
  }
}

/** The height of a value in dots: 0 for 0, at least 1 for any larger value. */
function filledDots(value: number, top: number, dotsDown: number): number {
  if (value <= 0) return 0;
  return Math.min(dotsDown, Math.max(1, Math.round((value / top) * dotsDown)));
}

function drawLine(canvas: BrailleCanvas, extents: readonly Extent[], top: number): void {
  for (const [across, { min, max }] of extents.entries()) {
    const before = extents[across - 1];
    const from = dotOf(Math.min(min, before?.max ?? min), top, canvas.dotsDown);
    const to = dotOf(Math.max(max, before?.min ?? max), top, canvas.dotsDown);
    for (let up = from; up <= to; up++) canvas.set(across, up);
  }
}

/** Draws the upper edge of an area where its height is above 0. */
function drawOutline(canvas: BrailleCanvas, extents: readonly Extent[], top: number): void {
  let before = -1;
  for (const [column, { max }] of extents.entries()) {
    const edge = filledDots(max, top, canvas.dotsDown) - 1;
    drawDots(canvas, column, Math.min(before, edge), Math.max(before, edge));
    before = edge;
  }
}

function drawDottedLine(canvas: BrailleCanvas, extents: readonly Extent[], top: number): void {
  for (const [column, { min, max }] of extents.entries()) {
    const before = extents[column - 1];
    const from = dotOf(Math.min(min, before?.max ?? min), top, canvas.dotsDown);
    const to = dotOf(Math.max(max, before?.min ?? max), top, canvas.dotsDown);
    drawDots(canvas, column, from, to);
  }
}

/** Draws every other dot between two heights, and both ends, in the left half of a character column. */
function drawDots(canvas: BrailleCanvas, column: number, from: number, to: number): void {
  const across = (column * canvas.dotsAcross) / canvas.columns;
  for (let up = from; up < to; up += 2) canvas.set(across, up);
  canvas.set(across, to);
}

function dotOf(value: number, top: number, dotsDown: number): number {
  return Math.min(dotsDown - 1, Math.round((value / top) * (dotsDown - 1)));
}
