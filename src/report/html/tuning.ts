import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { unitOf } from '../../compare/units.ts';
import { isOpen, verdictOf, type Tried, type Tuning } from '../../compare/tuning.ts';
import { type ComparedName, FIGURES } from '../../storm/figures.ts';
import { NOTHING } from '../format.ts';
import { valueText } from '../text/comparison-tables.ts';
import { VERDICT_STYLE } from '../text/verdict.ts';
import {
  confirmationText,
  islandsText,
  tradedFigures,
  thresholdColumns,
  figureColumns,
  tuningAnswer,
  tuningDesign,
  unmetReason,
} from '../tuning-words.ts';
import { html, Markup } from './markup.ts';
import { COLUMNS, plotFigure, rounded, ROWS, type Tick } from './plot.ts';
import { pageText } from './shell.ts';
import { table } from './tables.ts';

const HIGH_PX = 160;
const X_TICKS = 5;
const Y_TICKS = 4;

/** A tuning as one self-contained page: the value, the trade-off in plots and figures, the live runs. */
export function tuningPage(tuning: Tuning): string {
  const { scenario, scenarioDescription, version, live } = tuning;
  const islands = islandsText(tuning);
  const sections = [
    html`<header>
        <div class="head">
          <span class="badge">TUNING</span>
          <h1>${scenario}</h1>
        </div>
        ${scenarioDescription === '' ? null : html`<p>${scenarioDescription}</p>`}
        <p class="quiet">${tuningDesign(tuning)}, squall ${version}</p>
      </header>
      <section>
        <h2>What to take</h2>
        <p class="${VERDICT_STYLE[verdictOf(tuning)]}">${tuningAnswer(tuning)}</p>
        ${islands === null ? null : html`<p class="doubt">${islands}</p>`}
        ${live.map((each) => {
          return html`<p class="${each.verdict === each.expected ? 'good' : 'doubt'}">${confirmationText(each)}</p>`;
        })}
      </section> `,
    html`<section>
      <h2>What each value costs</h2>
      <p class="quiet">Medians over the seeds; what is shaded does not meet the thresholds.</p>
      <div class="small">${tradedFigures(tuning).map((name) => tradeOffPlot(name, tuning))}</div>
      ${triedTables(tuning)}
    </section> `,
  ];
  return pageText(`Tuning – ${scenario}`, sections, version);
}

/** A plot of one figure over the tried values. A missing number leaves a gap in the line. */
function tradeOffPlot(name: ComparedName, { tried, range, path }: Tuning): Markup {
  const { label, unit } = FIGURES[name];
  const points = tried.map(({ size, value, figures }) => ({ size, value, median: figures[name].median }));
  const numbers = points.map(({ median }) => median).filter((median) => typeof median === 'number');
  const across = scaleLinear([tried[0]?.size ?? 0, tried.at(-1)?.size ?? 1], [0, COLUMNS]);
  const up = scaleLinear([0, Math.max(...numbers, Number.MIN_VALUE)], [ROWS, 0]).nice(Y_TICKS);
  const known = points.filter(({ median }) => typeof median === 'number');
  const place = (median: unknown): number => up(Number(median));
  const drawn = line<(typeof points)[number]>(
    ({ size }) => across(size),
    ({ median }) => place(median),
  )
    .defined(({ median }) => typeof median === 'number')
    .digits(1)(points);
  const dots = known.map(({ size, median }) => `M${rounded(across(size))},${rounded(place(median))}h0`);
  const words = points.map(({ value, median }) => `${value}: ${median === null ? NOTHING : valueText(median, unit)}`);
  return plotFigure({
    id: `trade-${name}`,
    title: label,
    detail: '',
    description: `${label} by ${path}: ${words.join(', ')}.`,
    highPx: HIGH_PX,
    x: valueTicks(across, range),
    y: up
      .ticks(Y_TICKS)
      .map((n): Tick => ({ at: 1 - up(n) / ROWS, text: n === 0 ? '0' : valueText(n, unit, up.domain()[1]) })),
    behind: html`<path class="shade" d="${new Markup(unmetPath(tried, across))}" />`,
    curves: html`<path class="l0" d="${new Markup(drawn ?? '')}" /><path
        class="dots"
        d="${new Markup(dots.join(''))}"
      />`,
    marks: null,
    legend: [],
  });
}

/** Ticks at round numbers of the values' unit, which is known for every tried value. */
function valueTicks(across: (size: number) => number, range: Tuning['range']): readonly Tick[] {
  const kind = unitOf([...range]);
  const [low, high] = [kind?.read(range[0]) ?? 0, kind?.read(range[1]) ?? 1];
  return scaleLinear([low, high], [0, 1])
    .ticks(X_TICKS)
    .map((size) => ({ at: across(size) / COLUMNS, text: kind?.print(size) ?? String(size) }));
}

/** Shading for values that do not meet the thresholds, each extended half way to its neighbours. */
function unmetPath(tried: readonly Tried[], across: (size: number) => number): string {
  const edge = (n: number): number => {
    const [before, after] = [tried[n - 1] ?? tried[n], tried[n] ?? tried[n - 1]];
    return rounded(across(((before?.size ?? 0) + (after?.size ?? 0)) / 2));
  };
  return tried.map(({ meets }, n) => (meets ? '' : `M${edge(n)},0H${edge(n + 1)}V${ROWS}H${edge(n)}Z`)).join('');
}

/** Two tables, threshold metrics and figures; one table would be wider than the page. */
function triedTables(tuning: Tuning): readonly Markup[] {
  const [thresholds, figures] = [thresholdColumns(tuning), figureColumns(tuning)];
  const held = tuning.tried.map((each) => [
    each.value,
    html`${each.value === tuning.found ? html`<span class="word good">✓ found</span> ` : null}${standing(each)}`,
    `${each.runs.passed} of ${each.runs.done}`,
    ...thresholds.map(({ cell }) => cell(each)),
  ]);
  const heldHead = ['value', '', 'passed', ...thresholds.map(({ label }) => label)];
  const rest = tuning.tried.map((each) => [each.value, ...figures.map(({ cell }) => cell(each))]);
  const restHead = ['value', ...figures.map(({ label }) => label)];
  return [
    table(`The values that were tried of ${tuning.path}`, heldHead, held, thresholds.length + 1),
    ...(figures.length === 0 ? [] : [table('Their figures', restHead, rest, figures.length)]),
  ].map((each) => html`<div class="wide">${each}</div>`);
}

function standing(each: Tried): Markup {
  if (each.meets) return html`<span class="good">meets the thresholds</span>`;
  if (isOpen(each)) return html`<span class="doubt">was not shown to: ${unmetReason(each)}</span>`;
  return html`<span class="bad">does not: ${unmetReason(each)}</span>`;
}
