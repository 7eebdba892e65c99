import type { Summary } from '../../results/summary.ts';
import { html, Markup } from './markup.ts';

/**
 * Size of every plot's drawing area, in its own units. It is stretched to the available room, and lines keep their
 * width. Labels stand beside it as HTML, so that they are readable on any screen.
 */
export const COLUMNS = 800;
export const ROWS = 100;

/** The run, or the part of a run, that a plot over time shows. */
export interface CurveShape extends Pick<Summary, 'durationMs' | 'faults'> {
  /** when clients became unknown; absent: none did */
  readonly clients?: Pick<Summary['clients'], 'unknownSince'>;
  /** start of the plot within the run; default 0 */
  readonly fromMs?: number;
  /** suffix that makes the ids of its shading unique on the page */
  readonly part?: string;
}

/** A label on an axis; `at` runs from 0 (left or bottom) to 1. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

export interface Plot {
  /** unique on the page */
  readonly id: string;
  readonly title: string;
  /** the most important numbers, beside the title */
  readonly detail: string;
  /** text for readers who cannot see the plot */
  readonly description: string;
  readonly highPx: number;
  readonly x: readonly Tick[];
  readonly y: readonly Tick[];
  /** the layer behind the grid */
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

/** Time span of a plot, ms; at least 1, so that a run cut off at once still has an axis. */
export function spanOf({ durationMs }: CurveShape): number {
  return Math.max(1, durationMs);
}

export function percent(share: number): string {
  return `${rounded(share * 100)}%`;
}

/** Rounds to a tenth, the resolution of a plot. */
export function rounded(n: number): number {
  return Math.round(n * 10) / 10;
}
