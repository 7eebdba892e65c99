import { scaleLog, type ScaleLogarithmic } from 'd3-scale';
import { line } from 'd3-shape';
import { words, type TimingName } from '../../core/metrics.ts';
import type { Latency } from '../../metrics/rank.ts';
import { durationText } from '../format.ts';
import { html, Markup } from './markup.ts';
import { COLUMNS, plotFigure, ROWS, type Tick } from './plot.ts';

/** The latencies of one timing; never empty. */
export interface Distribution {
  readonly name: TimingName;
  readonly latencies: readonly Latency[];
  readonly count: number;
}

const HIGH_PX = 260;
/** Points of a line per decade of the axis. */
const POINTS_PER_DECADE = 100;
const DECADES_MAX = 7;

/**
 * Latency by percentile, as HdrHistogram plots it. Both axes are logarithmic: the distance from 90 % to 99 % equals
 * that from 99 % to 99.9 %, which makes room for the slowest latencies.
 */
export function percentilePlot(distributions: readonly Distribution[]): Markup {
  const most = Math.max(...distributions.map(({ count }) => count));
  const decades = Math.min(DECADES_MAX, Math.max(1, Math.ceil(Math.log10(most))));
  const across = scaleLog([1, 10 ** decades], [0, COLUMNS]);
  const up = latencyScale(distributions);
  const paths = distributions.map(({ latencies, count }, i) => {
    const steps = stepsOf(latencies, count, decades);
    const path = line<Step>(
      ({ rarity }) => across(rarity),
      ({ ms }) => up(ms),
    ).digits(1)(steps);
    return html`<path class="l${i}" d="${new Markup(path ?? '')}" />`;
  });
  const longestOf = distributions.map(({ name, latencies }) => `${words(name)} at most ${longest(latencies)}`);
  return plotFigure({
    id: 'percentiles',
    title: 'Latency by percentile',
    detail: 'both axes are logarithmic',
    description: `Latency by percentile, a line for each timing: ${longestOf.join(', ')}. The table of timings has the figures.`,
    highPx: HIGH_PX,
    x: Array.from({ length: decades + 1 }, (_, n) => ({ at: n / decades, text: percentileText(n) })),
    y: latencyTicks(up),
    behind: null,
    curves: html`${paths}`,
    marks: null,
    legend: distributions.map(({ name }, i) => ({ line: `l${i}`, text: words(name) })),
  });
}

/** One in `rarity` latencies is longer than `ms`. */
interface Step {
  readonly rarity: number;
  readonly ms: number;
}

/** Steps evenly spaced along the axis up to the longest latency, whose rarity is the number of latencies. */
function stepsOf(latencies: readonly Latency[], count: number, decades: number): readonly Step[] {
  const steps: Step[] = [];
  const last = Math.min(decades, Math.log10(count)) * POINTS_PER_DECADE;
  let [index, below] = [0, latencies[0]?.count ?? 0];
  for (let n = 0; n < last + 1; n++) {
    const rarity = 10 ** (Math.min(n, last) / POINTS_PER_DECADE);
    // A rounding error must not ask for one latency more than there are.
    const needed = n >= last ? count : (1 - 1 / rarity) * count;
    while (below < needed && index < latencies.length - 1) below += latencies[++index]?.count ?? 0;
    steps.push({ rarity, ms: latencies[index]?.ms ?? 0 });
  }
  return steps;
}

function latencyScale(distributions: readonly Distribution[]): ScaleLogarithmic<number, number> {
  const least = Math.min(...distributions.map(({ latencies }) => latencies[0]?.ms ?? 1));
  const most = Math.max(...distributions.map(({ latencies }) => latencies.at(-1)?.ms ?? 1));
  return scaleLog([least, Math.max(most, least * 2)], [ROWS, 0]).nice();
}

/** Ticks at powers of ten; there is no room for labels between them. */
function latencyTicks(scale: ScaleLogarithmic<number, number>): readonly Tick[] {
  const [from = 1, to = 10] = scale.domain();
  const [first, last] = [Math.round(Math.log10(from)), Math.round(Math.log10(to))];
  return Array.from({ length: last - first + 1 }, (_, n) => {
    const ms = 10 ** (first + n);
    return { at: 1 - scale(ms) / ROWS, text: durationText(ms) };
  });
}

function percentileText(decade: number): string {
  if (decade < 2) return decade === 0 ? '0%' : '90%';
  return decade === 2 ? '99%' : `99.${'9'.repeat(decade - 2)}%`;
}

function longest(latencies: readonly Latency[]): string {
  return durationText(latencies.at(-1)?.ms ?? null);
}
