import { words, type TimingName } from '../../core/metrics.ts';
import type { Timings } from '../../metrics/timings.ts';
import type { Summary } from '../../results/summary.ts';
import { durationText } from '../format.ts';
import { ON_TIME_LABEL, visiblyOnTime } from '../both-views.ts';
import {
  ALL_LABEL,
  failed,
  hasOthers,
  onTimeNote,
  quantiles,
  rankedText,
  triedIn,
  usedTimings,
  type TimingFigures,
} from '../text/timings.ts';
import { histogramPlot } from './histogram.ts';
import { html, type Markup } from './markup.ts';
import { percentilePlot, type Distribution } from './percentiles.ts';
import { percent } from './plot.ts';
import { table } from './tables.ts';

/** Maximum number of reasons beside a histogram; summary.json has all. */
const REASONS_MAX = 12;

/** Figures, percentiles and histogram of each timing, with its failures beside it, since a failure has no latency. */
export function timingSection({ timings }: Summary, recorded: Timings): Markup {
  const used = usedTimings(timings);
  if (used.length === 0)
    return html`<section>
      <h2>Latencies</h2>
      <p>Nothing was timed.</p>
    </section>`;
  const distributions = used
    .filter(([name]) => recorded[name].count > 0)
    .map(([name]): Distribution => ({ name, latencies: recorded[name].recorded(), count: recorded[name].count }));
  const rows = used.flatMap(([name, timing]) => figuresRows(name, timing));
  const details = used.map(([name, timing]) => {
    const distribution = distributions.find((each) => each.name === name);
    const picture = distribution === undefined ? noneOf(name) : histogramPlot(distribution);
    return html`<div class="beside">${picture}${failureTable(timing)}</div> `;
  });
  return html`<section>
    <h2>Latencies</h2>
    ${table('From the intended start, so that nothing that stalls can hide it', ['timing', 'count', 'failed', 'p50', 'p90', 'p99', 'p99.9', 'max'], rows, 7)}
    ${onTimeNote(timings).map((note) => html`<p class="quiet">${note}</p>`)}
    ${distributions.length === 0 ? null : percentilePlot(distributions)}
    <h3>How long they took, and what failed</h3>
    ${details}
  </section> `;
}

/** A row for the successes and, if anything failed, a row for all attempts, in which failures count as slowest. */
function figuresRows(name: TimingName, timing: TimingFigures): readonly (readonly (string | number)[])[] {
  const onTime = visiblyOnTime(timing);
  const ok = [
    [words(name), timing.count, failed(timing), ...quantiles(timing).map(durationText)],
    ...(onTime === null ? [] : [[`– ${ON_TIME_LABEL}`, '', '', ...quantiles(onTime).map(durationText)]]),
  ];
  if (!hasOthers(timing)) return ok;
  return [
    ...ok,
    [`– ${ALL_LABEL}`, triedIn(timing), '', ...quantiles(timing.all).map(rankedText)],
    ...(onTime === null ? [] : [[`– ${ON_TIME_LABEL}`, '', '', ...quantiles(onTime.all).map(rankedText)]]),
  ];
}

function noneOf(name: TimingName): Markup {
  return html`<p><b>${words(name)}</b>: none succeeded</p>`;
}

function failureTable(timing: TimingFigures): Markup {
  const all = Object.entries(timing.failures).toSorted(([, a], [, b]) => b - a);
  const sum = failed(timing);
  if (sum === 0) return html`<p class="quiet">None failed.</p>`;
  const shown = all.slice(0, REASONS_MAX);
  const rest = all.slice(REASONS_MAX).reduce((total, [, n]) => total + n, 0);
  const rows = [...shown, ...(rest === 0 ? [] : [['other reasons', rest] as const])];
  const outOf = sum + timing.count;
  return table(
    `${sum} of ${outOf} failed`,
    ['reason', 'share', 'count'],
    rows.map(([reason, n]) => [reason, shareBar(n / outOf), n]),
    1,
  );
}

/** A bar that shows the number beside it. */
function shareBar(share: number): Markup {
  return html`<span class="track" aria-hidden="true"><span style="width:max(1px,${percent(share)})"></span></span>`;
}
