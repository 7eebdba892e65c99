import { BrailleCanvas } from './braille.ts';

export interface Chart {
  /** evenly spaced from time 0; what is not finite or below 0 counts as 0 */
  readonly samples: ArrayLike<number>;
  readonly sampleMs: number;
  /** the time that the whole width stands for; what lies past the last sample stays empty */
  readonly spanMs: number;
  /** the value at the upper edge; larger ones are drawn there */
  readonly top: number;
  /** `area`: filled from 0 up, solid to the least sample of a column and half-tone to the greatest; `line`: both joined */
  readonly style: 'area' | 'line';
  readonly columns: number;
  readonly rows: number;
}

/**
 * Draws samples as `rows` strings of exactly `columns` characters. Behind each dot stand all samples of its time, and
 * their least and greatest are both drawn, so that a spike of one sample shows however long the run.
 */
export function drawChart(chart: Chart): string[] {
  const canvas = new BrailleCanvas(chart.columns, chart.rows);
  const extents = extentsOf(chart, canvas.dotsAcross);
  if (chart.style === 'area') drawArea(canvas, extents, chart.top);
  else drawLine(canvas, extents, chart.top);
  return canvas.toRows();
}

/** The least and the greatest sample behind one column of dots. */
interface Extent {
  readonly min: number;
  readonly max: number;
}

/** One for each column of dots that has samples: they end where the run has come to. */
function extentsOf(chart: Chart, dotsAcross: number): Extent[] {
  const samplesPerDot = chart.spanMs / chart.sampleMs / dotsAcross;
  const extents: Extent[] = [];
  for (let across = 0; across < dotsAcross; across++) {
    const first = Math.floor(across * samplesPerDot);
    if (first >= chart.samples.length) break;
    extents.push(extentOf(chart, first, (across + 1) * samplesPerDot));
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

function dotOf(value: number, top: number, dotsDown: number): number {
  return Math.min(dotsDown - 1, Math.round((value / top) * (dotsDown - 1)));
}
