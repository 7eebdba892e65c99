import type { FaultOutcome } from '../core/fault/outcome.ts';
import type { Curves } from '../metrics/curves.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { BIN_MS } from '../core/metrics.ts';
import type { Peak } from '../metrics/window.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { GUTTER_COLUMNS, niceTop, xAxis, yAxis } from './axis.ts';
import { drawChart, type Chart } from './chart.ts';
import { faultBand, faultWindows, shadedColumns, unknownWindows } from './fault-band.ts';
import { curveViewsOf, peakInViews } from '../report/both-views.ts';
import { countText, timeText } from '../report/format.ts';
import { CURVE_FURNITURE_ROWS } from './layout.ts';
import { overlay, type Run } from './overlay.ts';
import { perSecond, population, rateNow, settled } from '../metrics/samples.ts';
import { READY_STATES } from '../metrics/ready.ts';
import { becameUnknown, unknownNow } from '../metrics/unknown.ts';

/** The main view: attempts per second above ready clients, over one time axis with the faults' windows. */
export interface CurveView {
  readonly attempts: Plot;
  readonly ready: Plot;
  /** exactly as wide as the screen, including the gutter */
  readonly axis: string;
  /** null when no faults are planned and no clients are unknown */
  readonly band: string | null;
}

export interface Plot {
  readonly title: string;
  readonly detail: string;
  /** legend and text of the prediction; null without one */
  readonly legend: string | null;
  readonly rows: readonly PlotRow[];
}

interface PlotRow {
  readonly gutter: string;
  readonly runs: readonly Run[];
}

/** Share of the height for the attempts. */
const ATTEMPTS_SHARE = 2 / 3;
/** Legend mark of the prediction, made of the same dots as in the plots. */
export const PREDICTED_MARK = '⠂⠂⠂';

/**
 * Fills exactly `rows` rows of `columns` characters, including titles and axis.
 *
 * @param predicted simulated curves of the whole run, drawn behind the measured ones; null without a prediction
 */
export function curveView(
  scenario: Scenario,
  faults: readonly FaultOutcome[],
  measurements: Measurements,
  predicted: Curves | null,
  columns: number,
  rows: number,
): CurveView {
  const plotColumns = columns - GUTTER_COLUMNS;
  const windows = [
    ...faultWindows(faults, scenario.durationMs, plotColumns),
    ...unknownWindows(becameUnknown(measurements.curves), scenario.durationMs, plotColumns),
  ];
  const plotRows = rows - CURVE_FURNITURE_ROWS + (windows.length === 0 ? 1 : 0);
  const attemptsRows = Math.ceil(plotRows * ATTEMPTS_SHARE);
  const frame = { sampleMs: BIN_MS, spanMs: scenario.durationMs, columns: plotColumns };
  const shaded = shadedColumns(windows, plotColumns);
  return {
    attempts: attemptsPlot({ ...frame, rows: attemptsRows }, measurements, predicted, shaded),
    ready: readyPlot({ ...frame, rows: plotRows - attemptsRows }, measurements, predicted, shaded),
    axis: `${' '.repeat(GUTTER_COLUMNS - 1)}└${xAxis(scenario.durationMs, measurements.elapsedMs, plotColumns)}`,
    band:
      windows.length === 0
        ? null
        : `${(faults.length === 0 ? 'lost' : 'faults').padEnd(GUTTER_COLUMNS)}${faultBand(windows, plotColumns)}`,
  };
}

type Frame = Pick<Chart, 'sampleMs' | 'spanMs' | 'columns' | 'rows'>;

function attemptsPlot(
  frame: Frame,
  measurements: Measurements,
  predicted: Curves | null,
  shaded: readonly boolean[],
): Plot {
  const peak = measurements.curves.peakPerSecond('attempts');
  const expected = predicted?.peakPerSecond('attempts') ?? null;
  const common = { ...frame, top: niceTop(Math.max(peak.perSecond, expected?.perSecond ?? 0)) };
  const { elapsedMs } = measurements;
  const rates = perSecond(measurements, 'attempts');
  const samples = elapsedMs < frame.spanMs ? settled(rates, elapsedMs) : rates;
  const behind = predicted && perSecond({ curves: predicted, elapsedMs: frame.spanMs }, 'attempts');
  return {
    title: 'attempts/s',
    detail: `${countText(rateNow(measurements, 'attempts'))} now, ${peakInViews(curveViewsOf(measurements), 'attempts', peakText)}`,
    legend: expected && `${PREDICTED_MARK} predicted, peak ${peakText(expected)}`,
    rows: plot(
      { ...common, samples, style: 'area' },
      behind && { ...common, samples: behind, style: 'area-outline' },
      shaded,
    ),
  };
}

function readyPlot(
  frame: Frame,
  measurements: Measurements,
  predicted: Curves | null,
  shaded: readonly boolean[],
): Plot {
  const common = { ...frame, top: Math.max(1, measurements.planned) };
  const samples = population(measurements, READY_STATES);
  const unknown = unknownNow(measurements.curves);
  const behind = predicted && population({ curves: predicted, elapsedMs: frame.spanMs }, READY_STATES);
  return {
    title: 'ready clients',
    detail: `${countText(samples.at(-1) ?? 0)} of ${countText(measurements.planned)}${unknown === 0 ? '' : `, ${countText(unknown)} unknown`}`,
    legend: behind && `${PREDICTED_MARK} predicted`,
    rows: plot(
      { ...common, samples, style: 'line' },
      behind && { ...common, samples: behind, style: 'dotted-line' },
      shaded,
    ),
  };
}

function peakText({ perSecond: rate, atMs }: Peak): string {
  return `${countText(rate)}${rate > 0 ? ` at ${timeText(atMs)}` : ''}`;
}

function plot(chart: Chart, behind: Chart | null, shaded: readonly boolean[]): PlotRow[] {
  const gutters = yAxis(chart.top, chart.rows);
  const background = behind === null ? [] : drawChart(behind);
  return drawChart(chart).map((row, i) => ({
    gutter: gutters[i] ?? '',
    runs: overlay(row, background[i] ?? '', shaded),
  }));
}
