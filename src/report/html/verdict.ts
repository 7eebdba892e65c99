import type { Summary } from '../../results/summary.ts';
import { timeText } from '../format.ts';
import { otherReasons } from '../reasons.ts';
import { endingText, expectationText, VERDICT_STYLE } from '../text/verdict.ts';
import { measuredText, thresholdOutcome, type ThresholdOutcome } from '../threshold-words.ts';
import { html, type Markup } from './markup.ts';
import { table } from './tables.ts';

/** Maximum number of reasons and warnings shown; summary.json has all. */
const SHOWN_MAX = 100;

const MARKS = { pass: '✓', fail: '✗', inconclusive: '?' } as const;

/** The verdict with its reasons. */
export function verdictSection(summary: Summary): Markup {
  const { verdict, scenario, scenarioDescription, world, startedAt, seed, durationMs, version } = summary;
  const begun = world === 'sim' ? 'simulated in virtual time' : `run with real sockets, ${startedAt}`;
  return html`<header>
      <div class="head">
        <span class="badge ${VERDICT_STYLE[verdict]}">${MARKS[verdict]} ${verdict.toUpperCase()}</span>
        <h1>${scenario}</h1>
      </div>
      ${noteLines(summary)}${scenarioDescription === '' ? null : html`<p>${scenarioDescription}</p>`}
      <p class="quiet">
        ${begun}, seed ${seed}, squall ${version}; it ${endingText(summary)} after ${timeText(durationMs)}
      </p>
    </header>
    <section>
      <h2>Verdict</h2>
      ${list(otherReasons(summary))}${thresholdTable(summary)}${expectationLines(summary)}${warnings(summary)}
    </section> `;
}

function noteLines({ notes }: Summary): readonly Markup[] {
  return notes.map((note) => html`<p class="doubt">note: ${note}</p>`);
}

export function list(items: readonly string[]): Markup | null {
  if (items.length === 0) return null;
  const more = items.length - SHOWN_MAX;
  return html`<ul>
    ${items.slice(0, SHOWN_MAX).map((item) => html`<li>${item}</li>`)}${
      more > 0 ? html`<li>and ${more} more: summary.json has all of them</li>` : null
    }
  </ul> `;
}

function thresholdTable({ thresholds }: Summary): Markup {
  if (thresholds.length === 0) return html`<p>No thresholds were set.</p>`;
  const rows = thresholds.map((threshold) => [
    html`<code>${threshold.expression}</code>`,
    OUTCOMES[thresholdOutcome(threshold)],
    measuredText(threshold),
  ]);
  return table('Thresholds', ['threshold', 'outcome', 'measured'], rows);
}

const OUTCOMES: Readonly<Record<ThresholdOutcome, Markup>> = {
  passed: html`<span class="word good">✓ passed</span>`,
  failed: html`<span class="word bad">✗ FAILED</span>`,
  open: html`<span class="word doubt">? open</span>`,
  'no data': html`<span class="word doubt">? no data</span>`,
};

/** Whether the expected verdict was met; empty when the scenario states none or the run ended early. */
function expectationLines({ expectation }: Summary): Markup | null {
  if (expectation === null || expectation.met === null) return null;
  if (expectation.met) return html`<p class="good">✓ as expected: ${expectationText(expectation)}</p>`;
  return html`<p class="bad">✗ not as expected: ${expectationText(expectation)}</p>`;
}

function warnings({ warnings: all }: Summary): Markup | null {
  return all.length === 0
    ? null
    : html`<h3 class="doubt">Warnings</h3>
        ${list(all)}`;
}
