import { BrailleCanvas } from './braille.ts';

export interface Chart {
  /** evenly spaced from time 0; what is not finite or below 0 counts as 0 */
  readonly samples: ArrayLike<number>;
  readonly sampleMs: number;
  /** the time that the whole width stands for; what lies past the last sample stays empty */
  readonly spanMs: number;
  /** the value at the upper edge; larger ones are drawn there */
  readonly top: number;
  /**
   * `area`: filled from 0 up, solid to the least sample of a column and half-tone to the greatest; `line`: both joined;
   * `area-outline` and `dotted-line`: the edge of the one and the course of the other in single dots, one to a character,
   * so that they are told from what is solid without any colour
   */
  readonly style: 'area' | 'line' | 'area-outline' | 'dotted-line';
  readonly columns: number;
  readonly rows: number;
}

/**
 * Draws samples as `rows` strings of exactly `columns` characters. Behind each dot stand all samples of its time, and
 * their least and greatest are both drawn, so that a spike of one sample shows however long the run.
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

/** The least and the greatest sample behind one column, of dots or of characters. */
interface Extent {
  readonly min: number;
  readonly max: number;
}

/** One for each column that has samples: they end where the run has come to. */
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
    // On a slope the samples of a column lead from one neighbour to the other: no spread, so no half-tone.
    const slope = Math.max(extents[across - 1]?.min ?? 0, extents[across + 1]?.min ?? 0);
    const solid = filledDots(Math.max(min, Math.min(max, slope)), top, canvas.dotsDown);
    const peak = filledDots(max, top, canvas.dotsDown);
    for (let up = 0; up < peak; up++) {
      const halfTone = (up + across) % 2 === 0;
      if (up < solid || up === peak - 1 || halfTone) canvas.set(across, up);
    }
  }
}

/** How many dots high a value stands: none for 0, at least one for anything more. */
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

/** The upper edge of an area, where it has any height. */
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

/** Every other dot from one height to another, and both ends, in the left half of a column of characters. */
function drawDots(canvas: BrailleCanvas, column: number, from: number, to: number): void {
  const across = (column * canvas.dotsAcross) / canvas.columns;
  for (let up = from; up < to; up += 2) canvas.set(across, up);
  canvas.set(across, to);
}

function dotOf(value: number, top: number, dotsDown: number): number {
  return Math.min(dotsDown - 1, Math.round((value / top) * (dotsDown - 1)));
}
