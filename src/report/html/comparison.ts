import type { Comparison, ComparisonTest, Reading, SettingCompared } from '../../compare/comparison.ts';
import { settingText } from '../../compare/recommend.ts';
import type { Curves } from '../../metrics/curves.ts';
import { perSecond, population } from '../../metrics/samples.ts';
import { READY_STATES } from '../../metrics/ready.ts';
import { COMPARED, type ComparedName, FIGURES } from '../../storm/figures.ts';
import { parseExpression } from '../../threshold/expression.ts';
import { designText, leftOutRuns, notes, openRunsText } from '../text/comparison.ts';
import { countText, timeText } from '../format.ts';
import {
  comparisonCells,
  differenceCells,
  heldTally,
  INTENDED_LABEL,
  settingLabel,
  longestOf,
  valueText,
  spanCells,
  spansOf,
  thresholdPrinter,
  UNITS,
  visiblyIntended,
  visibleSpan,
} from '../text/comparison-tables.ts';
import { shadesDefinition } from './fault-marks.ts';
import { html, type Markup } from './markup.ts';
import type { CurveShape } from './plot.ts';
import { pageText } from './shell.ts';
import { DASHES } from './style.ts';
import { table } from './tables.ts';
import { timePlot } from './time-plot.ts';
import { list } from './verdict.ts';

/** One run of a setting, for the plots. */
export interface ComparedRun extends CurveShape {
  /** number of the setting, from 1 */
  readonly number: number;
  readonly curves: Curves;
}

interface ComparisonPage {
  readonly comparison: Comparison;
  /** one run of each setting whose runs still exist; all with the same seed for paired runs */
  readonly runs: readonly ComparedRun[];
}

/** A comparison as one self-contained page: the recommendation, the overlaid curves, then the figures. */
export function comparisonPage({ comparison, runs }: ComparisonPage): string {
  const { scenario, scenarioDescription, settings, recommendation, version } = comparison;
  const expressions = new Set(settings.flatMap(({ thresholds }) => thresholds.map(({ expression }) => expression)));
  const known = COMPARED.filter((name) => settings.some(({ figures }) => figures[name].runs > 0));
  const style = recommendation.setting === null ? 'doubt' : 'good';
  const sections = [
    html`<header>
        <div class="head">
          <span class="badge">COMPARISON</span>
          <h1>${scenario}</h1>
        </div>
        ${scenarioDescription === '' ? null : html`<p>${scenarioDescription}</p>`}
        <p class="quiet">${designText(comparison)}, squall ${version}</p>
      </header>
      <section>
        <h2>Recommendation</h2>
        <p class="${style}">${recommendation.text}</p>
        ${settingTable(comparison)}
      </section> `,
    ...overlay(comparison, runs),
    ...(expressions.size === 0
      ? []
      : [
          html`<section>
            <h2>Thresholds</h2>
            ${[...expressions].map((expression) => thresholdTable(expression, comparison))}
          </section> `,
        ]),
    html`<section>
      <h2>Figures</h2>
      ${known.map((name) => figureTable(name, comparison))}${list(notes(comparison))}
    </section> `,
  ];
  return pageText(`Comparison – ${scenario}`, sections, version);
}

function settingTable({ settings, recommendation }: Comparison): Markup {
  const rows = settings.map(({ varied, runs, unbeaten, leftOut }, index) => [
    `#${index + 1}`,
    settingText(varied),
    html`${index + 1 === recommendation.setting ? html`<span class="word good">✓ recommended</span> ` : null}${
      unbeaten ? 'unbeaten' : 'beaten'
    }${openMarkup({ runs })}${leftOut.map(({ reason, runs: left }) => html`<br />${left} left out: ${reason}`)}`,
    runs.passed,
    runs.conclusive - runs.passed,
    leftOutRuns(runs),
  ]);
  const caption =
    'Unbeaten: no other setting passes as often and is better by one figure, with evidence, and worse by none (each two of them by themselves)';
  return table(caption, ['', 'setting', '', 'passed', 'failed', 'left out'], rows, 3);
}

function openMarkup(setting: Pick<SettingCompared, 'runs'>): Markup | null {
  const text = openRunsText(setting);
  return text === null ? null : html`<br />${text}`;
}

/** Attempts and ready clients of one run of each setting; null when no run is left. */
function overlay({ settings }: Comparison, all: readonly ComparedRun[]): readonly Markup[] {
  const runs = all.slice(0, DASHES.length);
  const [first] = runs;
  if (first === undefined) return [];
  const shape = { durationMs: Math.max(...runs.map(({ durationMs }) => durationMs)), faults: first.faults };
  const left = settings.length - runs.length;
  const drawn = `One run of each setting${left === 0 ? '' : `, ${left} without a curve here`}.`;
  const shaded = first.faults.length === 0 ? '' : ` What is shaded are the faults of #${first.number}.`;
  const plot = (id: string, title: string, detail: string, samplesOf: (run: ComparedRun) => Float64Array): Markup =>
    timePlot(shape, {
      id,
      title,
      detail: '',
      description: `${title}, of one run of each setting: ${detail}.`,
      curves: runs.map((run, i) => ({
        samples: samplesOf(run),
        line: `l${i}`,
        legend: `#${run.number} ${settingText(settings[run.number - 1]?.varied ?? [])}`,
      })),
    });
  return [
    shadesDefinition(shape),
    html`<section>
      <h2>The curves over one another</h2>
      <p class="quiet">${drawn}${shaded}</p>
      ${plot('attempts', 'Attempts to connect, a second', runs.map(peakText).join(', '), (run) =>
        perSecond({ curves: run.curves, elapsedMs: run.durationMs }, 'attempts'),
      )}${plot('ready', 'Clients connected and ready', 'over time', (run) =>
        population({ curves: run.curves, elapsedMs: run.durationMs }, READY_STATES),
      )}
    </section> `,
  ];
}

function peakText({ number, curves }: ComparedRun): string {
  const peak = curves.peakPerSecond('attempts');
  return `#${number} peaks at ${countText(peak.perSecond)}/s at ${timeText(peak.atMs)}`;
}

function thresholdTable(expression: string, { settings }: Comparison): Markup {
  const spans = settings.flatMap(({ thresholds }) => thresholds.filter((each) => each.expression === expression));
  const print = thresholdPrinter(
    expression,
    spans.map(({ values }) => values),
  );
  const rows = settings.flatMap(({ varied, thresholds }, index) => {
    const found = thresholds.find((each) => each.expression === expression);
    if (found === undefined) return [];
    const { style, text } = heldTally(found);
    const held = html`<span class="${style}">${text}</span>`;
    const isDuration = parseExpression(expression).limit.measure === 'duration';
    const intended = visibleSpan(found.values, found.intended, isDuration);
    return [
      [settingLabel(index + 1, varied), ...spanCells(found.values, print), held],
      ...(intended === null ? [] : [[`– ${INTENDED_LABEL}`, ...spanCells(intended, print), '']]),
    ];
  });
  return table(expression, ['setting', 'median', '95 % interval', 'held'], rows, 3);
}

function figureTable(name: ComparedName, { settings, needs, design }: Comparison): Markup {
  const { label: title, unit } = FIGURES[name];
  const longestMs = longestOf(settings.flatMap((setting) => spansOf(setting, name)));
  const print = (value: Reading): string => valueText(value, unit, longestMs);
  const rows = settings.flatMap((setting, index) => {
    const { varied, figures, against } = setting;
    const contest = against?.[name] ?? null;
    const [estimate = '', interval = '', p = ''] =
      contest === null ? [] : comparisonCells(contest, unit, `needs ${needs} ${UNITS[design]}`);
    const row = [
      settingLabel(index + 1, varied),
      ...spanCells(figures[name], print),
      estimate,
      interval,
      p,
      evidence(contest),
    ];
    const intended = visiblyIntended(setting, name);
    if (intended === null) return [row];
    const difference = contest?.intended ? differenceCells(contest.intended, unit) : ['', ''];
    return [row, [`– ${INTENDED_LABEL}`, ...spanCells(intended, print), ...difference, '', '']];
  });
  return table(title, ['setting', 'median', '95 % interval', 'to #1', '95 % interval', 'p', ''], rows, 6);
}

function evidence(contest: ComparisonTest | null): Markup | string {
  switch (contest?.evidence) {
    case 'better':
      return html`<span class="word good">better</span>`;
    case 'worse':
      return html`<span class="word bad">worse</span>`;
    case 'open':
      return html`<span class="word doubt">open</span>`;
    default:
      return '';
  }
}
