import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { countText } from '../format.ts';
import { timeTicks } from '../time-ticks.ts';
import { faultNumbers, shades } from './fault-marks.ts';
import { html, Markup } from './markup.ts';
import type { LineClass } from './style.ts';
import { COLUMNS, plotFigure, ROWS, spanOf, type CurveShape, type Tick } from './plot.ts';
import { reduce, type Point } from './reduce.ts';

/** Time labels along an axis of full page width. */
const X_TICKS = 10;
const TALL_PX = 200;
const SMALL_PX = 64;

export interface TimeCurve {
  readonly samples: Float64Array;
  /** CSS class of the line; `area` is filled down to 0 */
  readonly line: 'area' | 'intended' | 'failed' | 'predicted' | LineClass;
  /** null when the title is enough */
  readonly legend: string | null;
}

export interface TimePlot {
  readonly id: string;
  readonly title: string;
  readonly detail: string;
  readonly description: string;
  readonly curves: readonly TimeCurve[];
  /** a low plot, one of many beside one another */
  readonly small?: boolean;
  /** half of the page's width, with half as many time labels; always true for a small plot */
  readonly narrow?: boolean;
}

/** A plot of curves over time, with the faults behind them. */
export function timePlot(shape: CurveShape, { curves, small = false, narrow = small, ...words }: TimePlot): Markup {
  const spanMs = spanOf(shape);
  const { fromMs = 0 } = shape;
  const reduced = curves.map((curve) => ({ ...curve, points: reduce(curve.samples, spanMs, COLUMNS) }));
  const wanted = small ? 2 : 5;
  const scale = scaleLinear([0, greatest(reduced)], [ROWS, 0]).nice(wanted);
  const y = scale.ticks(wanted).filter(Number.isInteger);
  return plotFigure({
    ...words,
    highPx: small ? SMALL_PX : TALL_PX,
    x: timeTicks(spanMs, narrow ? X_TICKS / 2 : X_TICKS, fromMs).map(({ atMs, text }) => ({
      at: (atMs - fromMs) / spanMs,
      text,
    })),
    y: y.map((n): Tick => ({ at: 1 - scale(n) / ROWS, text: countText(n) })),
    behind: shades(shape),
    curves: new Markup(reduced.map((curve) => curvePath(curve.line, curve.points, scale)).join('')),
    marks: small ? null : faultNumbers(shape),
    legend: curves.flatMap((curve) => (curve.legend === null ? [] : [{ line: curve.line, text: curve.legend }])),
  });
}

function greatest(curves: readonly { readonly points: readonly Point[] }[]): number {
  let most = 1;
  for (const { points } of curves) for (const { y } of points) if (y > most) most = y;
  return most;
}

function curvePath(name: TimeCurve['line'], points: readonly Point[], scale: (y: number) => number): string {
  if (points.length === 0) return '';
  const path = line<Point>(
    ({ x }) => x,
    ({ y }) => scale(y),
  ).digits(1)(points);
  const from = points[0]?.x ?? 0;
  // An area is closed by vertical lines down to 0 at both ends.
  const closed = name === 'area' ? `M${from},${ROWS}L${path?.slice(1)}V${ROWS}` : path;
  return html`<path class="${name}" d="${new Markup(closed ?? '')}" />`.text;
}
