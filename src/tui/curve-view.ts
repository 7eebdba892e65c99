import type { Measurements } from '../metrics/measurements.ts';
import { BIN_MS } from '../metrics/series.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { GUTTER_COLUMNS, niceTop, xAxis, yAxis } from './axis.ts';
import { drawChart, type Chart } from './chart.ts';
import { faultBand, faultWindows, shadedColumns } from './fault-band.ts';
import { countText, timeText } from './format.ts';
import { CURVE_FURNITURE_ROWS } from './layout.ts';
import { READY_STATES } from './panels.ts';
import { perSecond, population, rateNow } from './samples.ts';

/** The centrepiece: attempts a second above ready clients, over one time axis with the faults' windows. */
export interface CurveView {
  readonly attempts: Plot;
  readonly ready: Plot;
  /** exactly as wide as the screen, gutter included */
  readonly axis: string;
  /** null when no faults are planned */
  readonly band: string | null;
}

export interface Plot {
  readonly title: string;
  readonly detail: string;
  readonly rows: readonly PlotRow[];
}

interface PlotRow {
  readonly gutter: string;
  /** the row in pieces that lie inside or outside of a fault's window */
  readonly runs: readonly Run[];
}

interface Run {
  readonly text: string;
  readonly shaded: boolean;
}

/** Two thirds of the height go to the attempts. */
const ATTEMPTS_SHARE = 2 / 3;

/** Fills exactly `rows` rows of `columns` characters, titles and axis among them. */
export function curveView(scenario: Scenario, measurements: Measurements, columns: number, rows: number): CurveView {
  const plotColumns = columns - GUTTER_COLUMNS;
  const windows = faultWindows(scenario.faults, scenario.durationMs, plotColumns);
  const shaded = shadedColumns(windows, plotColumns);
  const plotRows = rows - CURVE_FURNITURE_ROWS + (windows.length === 0 ? 1 : 0);
  const attemptsRows = Math.ceil(plotRows * ATTEMPTS_SHARE);
  const common = { sampleMs: BIN_MS, spanMs: scenario.durationMs, columns: plotColumns };

  const attempts = perSecond(measurements, 'attempts');
  const peak = measurements.curves.peakPerSecond('attempts');
  const ready = population(measurements, READY_STATES);
  return {
    attempts: {
      title: 'attempts/s',
      detail: `${countText(rateNow(measurements, 'attempts'))} now, peak ${countText(peak.perSecond)}${
        peak.perSecond > 0 ? ` at ${timeText(peak.atMs)}` : ''
      }`,
      rows: plot(
        { ...common, samples: attempts, top: niceTop(peak.perSecond), style: 'area', rows: attemptsRows },
        shaded,
      ),
    },
    ready: {
      title: 'ready clients',
      detail: `${countText(ready.at(-1) ?? 0)} of ${countText(measurements.planned)}`,
      rows: plot(
        {
          ...common,
          samples: ready,
          top: Math.max(1, measurements.planned),
          style: 'line',
          rows: plotRows - attemptsRows,
        },
        shaded,
      ),
    },
    axis: `${' '.repeat(GUTTER_COLUMNS - 1)}└${xAxis(scenario.durationMs, measurements.elapsedMs, plotColumns)}`,
    band: windows.length === 0 ? null : `${'faults'.padEnd(GUTTER_COLUMNS)}${faultBand(windows, plotColumns)}`,
  };
}

function plot(chart: Chart, shaded: readonly boolean[]): PlotRow[] {
  const gutters = yAxis(chart.top, chart.rows);
  return drawChart(chart).map((row, i) => ({ gutter: gutters[i] ?? '', runs: runsOf(row, shaded) }));
}

/** Cuts a row where the shade changes. */
function runsOf(row: string, shaded: readonly boolean[]): Run[] {
  const runs: Run[] = [];
  let start = 0;
  for (let i = 1; i <= row.length; i++) {
    if (i < row.length && shaded[i] === shaded[start]) continue;
    runs.push({ text: row.slice(start, i), shaded: shaded[start] ?? false });
    start = i;
  }
  return runs;
}
