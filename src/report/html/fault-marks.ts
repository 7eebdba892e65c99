import { windowsOf } from '../../core/fault/outcome.ts';
import { html, Markup } from './markup.ts';
import { COLUMNS, percent, rounded, ROWS, spanOf, type CurveShape } from './plot.ts';

/** One occurrence of a fault, as shares of the run; `number` is its place in the table of faults, from 1. */
interface Occurrence {
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

/** Maximum number of occurrences of one fault that get a number; all are shaded. */
const NUMBERED_MAX = 30;
/** Width of a number as a share of a narrow plot, and the number of rows for numbers. */
const NUMBER_WIDTH = 0.075;
const LANES_MAX = 4;

function shadesId({ part }: CurveShape): string {
  return part === undefined ? 'faults' : `faults-${part}`;
}

/** The shared shading of the faults, and lines where clients became unknown, which every plot over time refers to. */
export function shadesDefinition(shape: CurveShape): Markup {
  const all = occurrencesOf(shape);
  return html`<svg width="0" height="0" style="position:absolute" aria-hidden="true">
    <defs>
      <g id="${shadesId(shape)}">
        <path class="shade" d="${shadePath(all)}" />
        <path class="edge" d="${edgePath(all)}" />
        ${unknownPath(shape)}
      </g>
    </defs>
  </svg> `;
}

export function shades(shape: CurveShape): Markup {
  return html`<use href="#${shadesId(shape)}" />`;
}

/** Fault numbers above a plot, each at the start of its fault, and `?` where clients became unknown; null without either. */
export function faultNumbers(shape: CurveShape): Markup | null {
  const lanes: number[] = [];
  const marks: Markup[] = [];
  const faults = occurrencesOf(shape).slice(0, NUMBERED_MAX);
  const losses = lossesOf(shape).map((from) => ({ number: '?', from }));
  for (const { number, from } of [...losses.slice(0, NUMBERED_MAX), ...faults].toSorted((a, b) => a.from - b.from)) {
    const free = lanes.findIndex((until) => until <= from);
    const lane = free === -1 ? lanes.length : free;
    if (lane >= LANES_MAX) continue;
    lanes[lane] = from + NUMBER_WIDTH;
    marks.push(html`<span class="mark" style="left:${percent(from)};--lane:${lane}">${number}</span>`);
  }
  if (marks.length === 0) return null;
  return html`<div class="marks" style="--lanes:${lanes.length}" aria-hidden="true">${marks}</div>`;
}

/** Where clients became unknown within the plot, as shares of the run. */
function lossesOf(shape: CurveShape): readonly number[] {
  const { fromMs = 0 } = shape;
  const places = (shape.clients?.unknownSince ?? []).map(({ sinceMs }) => (sinceMs - fromMs) / spanOf(shape));
  return places.filter((at) => at >= 0 && at < 1);
}

/** A line at each instant at which clients became unknown; null without any. */
function unknownPath(shape: CurveShape): Markup | null {
  const places = new Set(lossesOf(shape).map((at) => rounded(at * COLUMNS)));
  if (places.size === 0) return null;
  return html`<path class="unknown" d="${new Markup([...places].map((x) => `M${x},0V${ROWS}`).join(''))}" />`;
}

/** Occurrences within the plot, in order of their start. */
function occurrencesOf(shape: CurveShape): readonly Occurrence[] {
  const spanMs = spanOf(shape);
  const { fromMs = 0 } = shape;
  return shape.faults
    .flatMap((fault, index) =>
      windowsOf(fault).map(({ startMs, endMs }) => ({
        number: index + 1,
        from: Math.max(0, (startMs - fromMs) / spanMs),
        to: Math.min(1, (endMs - fromMs) / spanMs),
      })),
    )
    .filter(({ from, to }) => from < 1 && to >= 0)
    .toSorted((a, b) => a.from - b.from);
}

/** The path of the shaded windows; windows that share a column are joined. */
function shadePath(all: readonly Occurrence[]): Markup {
  const spans: { from: number; to: number }[] = [];
  for (const { from, to } of all) {
    const [left, right] = [Math.floor(from * COLUMNS), Math.ceil(to * COLUMNS)];
    const last = spans.at(-1);
    if (last !== undefined && left <= last.to) last.to = Math.max(last.to, right);
    else spans.push({ from: left, to: right });
  }
  return new Markup(spans.map(({ from, to }) => `M${from},0H${to}V${ROWS}H${from}Z`).join(''));
}

/** Dashed lines at the start of each fault and at the end of each lasting one; at most one per column. */
function edgePath(all: readonly Occurrence[]): Markup {
  const edges = new Set(all.flatMap(({ from, to }) => [from, to].map((at) => rounded(Math.floor(at * COLUMNS)))));
  return new Markup([...edges].map((x) => `M${x},0V${ROWS}`).join(''));
}
