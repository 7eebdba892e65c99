import { words } from '../../core/metrics.ts';
import type { Latency } from '../../metrics/rank.ts';
import { countText, durationText } from '../format.ts';
import { html, Markup } from './markup.ts';
import type { Distribution } from './percentiles.ts';
import { COLUMNS, plotFigure, rounded, ROWS, type Tick } from './plot.ts';

/** Lower edges of the bars within a decade: ten, spaced as evenly as round numbers allow (series R10 of ISO 3). */
const EDGES = [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8] as const;
const HIGH_PX = 110;
const LEAST_MS = 0.001;
const LABELS_MAX = 8;

/** A histogram of latencies with bars on a logarithmic axis. */
export function histogramPlot({ name, latencies, count }: Distribution): Markup {
  const bars = barsOf(latencies);
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  const width = COLUMNS / bars.length;
  const path = bars.map((bar, i) => {
    const high = (bar.count / most) * ROWS;
    if (bar.count === 0) return '';
    // A single latency among millions stays visible.
    return `M${rounded(i * width)},${ROWS}v${rounded(-Math.max(1, high))}h${rounded(width * 0.92)}V${ROWS}Z`;
  });
  const label = words(name);
  const [shortest, longest] = [durationText(latencies[0]?.ms ?? null), durationText(latencies.at(-1)?.ms ?? null)];
  const fullest = bars.findIndex((bar) => bar.count === most);
  const mode = `most between ${durationText(bars[fullest]?.fromMs ?? null)} and ${durationText(bars[fullest]?.toMs ?? null)}`;
  return plotFigure({
    id: `histogram-${name}`,
    title: label,
    detail: `${countText(count)} from ${shortest} to ${longest}`,
    description: `Histogram of ${count} latencies (${label}) from ${shortest} to ${longest}, ${mode}.`,
    highPx: HIGH_PX,
    x: ticksOf(bars),
    y: [
      { at: 0, text: '0' },
      { at: 1, text: countText(most) },
    ],
    behind: null,
    curves: html`<path class="bars" d="${new Markup(path.join(''))}" />`,
    marks: null,
    legend: [],
  });
}

interface Bar {
  readonly fromMs: number;
  readonly toMs: number;
  count: number;
}

/** The bars from one before the shortest latency to one after the longest. */
function barsOf(latencies: readonly Latency[]): readonly Bar[] {
  const [first, last] = [barOf(latencies[0]?.ms ?? 1), barOf(latencies.at(-1)?.ms ?? 1)];
  const from = Math.max(0, first - 1);
  const bars = Array.from({ length: last - from + 2 }, (_, i): Bar => {
    return { fromMs: edgeMs(from + i), toMs: edgeMs(from + i + 1), count: 0 };
  });
  let bar = 0;
  for (const { ms, count } of latencies) {
    while ((bars[bar]?.toMs ?? Infinity) <= ms) bar++;
    bars[bar]!.count += count;
  }
  return bars;
}

/** The index of the bar that holds this latency. */
function barOf(ms: number): number {
  let bar = 0;
  while (edgeMs(bar + 1) <= ms) bar++;
  return bar;
}

function edgeMs(bar: number): number {
  return LEAST_MS * 10 ** Math.floor(bar / EDGES.length) * EDGES[bar % EDGES.length]!;
}

function ticksOf(bars: readonly Bar[]): readonly Tick[] {
  const step = Math.max(1, Math.ceil(bars.length / LABELS_MAX));
  return bars.flatMap(({ fromMs }, i) => (i % step === 0 ? [{ at: i / bars.length, text: durationText(fromMs) }] : []));
}
