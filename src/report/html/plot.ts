import type { Summary } from '../../results/summary.ts';
import { html, Markup } from './markup.ts';

/**
 * The inside of every plot, in units of its own: it is stretched to the room that there is, and lines keep their
 * width. What is written stands beside it as HTML, so that it can be read on any screen.
 */
export const COLUMNS = 800;
export const ROWS = 100;

/** What a plot over time has to know of its run, or of the part of it that it shows. */
export interface CurveShape extends Pick<Summary, 'durationMs' | 'faults'> {
  /** where in the run the plot begins; 0 where it is not told */
  readonly fromMs?: number;
  /** what tells its shading from that of other parts on the page */
  readonly part?: string;
}

/** A place on an axis with what is written there; `at` is 0 at the left or below, 1 at the other end. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface Plot {
  /** unique on the page */
  readonly id: string;
  readonly title: string;
  /** beside the title: the numbers to take home */
  readonly detail: string;
  /** for those who cannot see it */
  readonly description: string;
  readonly highPx: number;
  readonly x: readonly Tick[];
  readonly y: readonly Tick[];
  /** what lies behind the grid, and before it */
  readonly behind: Markup | null;
  readonly curves: Markup;
  /** above the plot */
  readonly marks: Markup | null;
  readonly legend: readonly Legend[];
}

interface Legend {
  /** the class of the line */
  readonly line: string;
  readonly text: string;
}

export function plotFigure(plot: Plot): Markup {
  const { id, title, detail, description, highPx, x, y, behind, curves, marks, legend } = plot;
  return html`<figure>
    <figcaption><b>${title}</b><span class="quiet">${detail}</span></figcaption>
    <div class="plot" style="--high:${highPx}px">
      ${marks}
      <div class="y" aria-hidden="true">
        ${y.map(({ at, text }) => html`<span style="bottom:${percent(at)}">${text}</span>`)}
      </div>
      <svg
        viewBox="0 0 ${COLUMNS} ${ROWS}"
        preserveAspectRatio="none"
        role="img"
        aria-labelledby="${id}-title ${id}-desc"
      >
        <title id="${id}-title">${title}</title>
        <desc id="${id}-desc">${description}</desc>
        ${behind}
        <path class="grid" d="${gridPath(x, y)}" />
        ${curves}
        <path class="axis" d="M0,0V${ROWS}H${COLUMNS}" />
      </svg>
      <div class="x" aria-hidden="true">${x.map(tickMarkup)}</div>
    </div>
    ${legendMarkup(legend)}
  </figure> `;
}

function tickMarkup({ at, text }: Tick, index: number): Markup {
  return html`<span${index % 2 === 1 ? html` class="odd"` : null} style="left:${percent(at)}">${text}</span>`;
}

function gridPath(x: readonly Tick[], y: readonly Tick[]): Markup {
  const across = y.filter(({ at }) => at > 0).map(({ at }) => `M0,${rounded((1 - at) * ROWS)}H${COLUMNS}`);
  const up = x.filter(({ at }) => at > 0).map(({ at }) => `M${rounded(at * COLUMNS)},0V${ROWS}`);
  return new Markup([...across, ...up].join(''));
}

function legendMarkup(legend: readonly Legend[]): Markup | null {
  if (legend.length === 0) return null;
  const items = legend.map(
    ({ line, text }) =>
      html`<li>
        <svg viewBox="0 0 34 12" aria-hidden="true"><path class="${line}" d="M0,6H34" /></svg>${text}
      </li>`,
  );
  return html`<ul class="legend">
    ${items}
  </ul>`;
}

/** What the width of a plot over time stands for, ms: a run that was cut off before it began has an axis too. */
export function spanOf({ durationMs }: CurveShape): number {
  return Math.max(1, durationMs);
}

export function percent(share: number): string {
  return `${rounded(share * 100)}%`;
}

/** To a tenth: what an eye can see of a plot. */
export function rounded(n: number): number {
  return Math.round(n * 10) / 10;
}
