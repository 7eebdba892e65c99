import type { Curves } from '../../metrics/curves.ts';
import { perSecond, population } from '../../metrics/samples.ts';
import { READY_STATES } from '../../metrics/ready.ts';
import { BIN_MS } from '../../core/metrics.ts';
import type { Summary } from '../../results/summary.ts';
import { peakText } from '../../storm/describe.ts';
import type { CurveViews } from '../both-views.ts';
import { timeText } from '../format.ts';
import { shadesDefinition } from './fault-marks.ts';
import { html, type Markup } from './markup.ts';
import type { CurveShape } from './plot.ts';
import { timePlot } from './time-plot.ts';
import { inBothViews } from './view-curves.ts';

/** Maximum number of storms shown; the highest peaks are chosen. */
const SHOWN_MAX = 3;
/** Longest storm to show, as a share of the run; a longer one is visible enough in the plots of the whole run. */
const SHORT = 1 / 8;
/** Margin before and after a storm: a share of its length, and a minimum in ms. */
const MARGIN = 0.25;
const MARGIN_LEAST_MS = 1000;

type Storm = Summary['storms'][number];

/** Close-up plots of the worst storms, for a run so long that its own plots show each as a thin line. */
export function closeUps(summary: Summary, views: CurveViews): Markup | null {
  const short = summary.storms
    .map((storm, index) => ({ storm, number: index + 1, shape: partOf(storm, index, summary) }))
    .filter(({ shape }) => shape.durationMs < summary.durationMs * SHORT)
    .toSorted((a, b) => b.storm.peakPerSecond - a.storm.peakPerSecond)
    .slice(0, SHOWN_MAX)
    .toSorted((a, b) => a.number - b.number);
  if (short.length === 0) return null;
  const { durationMs: elapsedMs } = summary;
  const reconnects = (curves: Curves): Float64Array => reconnectsOf(curves, elapsedMs);
  const ready = (curves: Curves): Float64Array => population({ curves, elapsedMs }, READY_STATES);
  return html`<h3>At close range</h3>
    ${short.map(({ storm, number, shape }) => {
      const when = `from ${timeText(shape.fromMs)} to ${timeText(shape.fromMs + shape.durationMs)}`;
      const plot = (id: string, title: string, detail: string, samples: (curves: Curves) => Float64Array): Markup =>
        timePlot(shape, {
          id: `${id}-${number}`,
          title,
          detail,
          description: `${title} ${when}: ${detail}.`,
          narrow: true,
          curves: inBothViews(views, (curves) => within(samples(curves), shape), null),
        });
      const peak = `storm ${number}, ${peakText(storm)} at ${timeText(storm.peakAtMs)}`;
      return html`${shadesDefinition(shape)}
        <div class="small">
          ${plot('storm-attempts', 'Attempts to reconnect, a second', peak, reconnects)}${plot(
            'storm-ready',
            'Clients connected and ready',
            `storm ${number}, ${lossText(storm)}, ${storm.recovered} recovered`,
            ready,
          )}
        </div>`;
    })} `;
}

function reconnectsOf(curves: Curves, elapsedMs: number): Float64Array {
  const arrivals = perSecond({ curves, elapsedMs }, 'arrivals');
  return perSecond({ curves, elapsedMs }, 'attempts').map((n, i) => n - arrivals[i]!);
}

/** Lost connections in words; connections that clients ended to present a newer token are not called lost. */
function lossText({ lost, renewals }: Storm): string {
  return renewals !== null && lost > 0 && renewals >= lost ? `${lost} reconnected with a newer token` : `${lost} lost`;
}

type Part = CurveShape & { readonly fromMs: number };

function partOf({ startMs, endMs, intended }: Storm, index: number, { durationMs, faults, clients }: Summary): Part {
  const beginMs = Math.min(startMs, intended?.peakAtMs ?? startMs);
  const marginMs = Math.max(MARGIN_LEAST_MS, (endMs - beginMs) * MARGIN);
  const fromMs = Math.floor(Math.max(0, beginMs - marginMs) / BIN_MS) * BIN_MS;
  const untilMs = Math.min(durationMs, endMs + marginMs);
  return { fromMs, durationMs: untilMs - fromMs, faults, clients, part: `storm-${index + 1}` };
}

function within(samples: Float64Array, { fromMs, durationMs }: Part): Float64Array {
  const first = fromMs / BIN_MS;
  return samples.subarray(first, first + Math.floor(durationMs / BIN_MS) + 1);
}
