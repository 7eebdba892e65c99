import type { Curves } from '../../metrics/curves.ts';
import { perSecond, population } from '../../metrics/samples.ts';
import { READY_STATES } from '../../metrics/ready.ts';
import type { SeriesName } from '../../core/metrics.ts';
import { REFRESH_FAILURE_SERIES } from '../../metrics/refresh-failures.ts';
import type { Peak } from '../../metrics/window.ts';
import type { Summary } from '../../results/summary.ts';
import { countText, timeText } from '../format.ts';
import { figureCell } from '../text/figures.ts';
import { percentText } from '../text/prediction.ts';
import { peakInViews, type CurveViews } from '../both-views.ts';
import { unknownWords } from '../unknown-words.ts';
import { table } from './tables.ts';
import { FIGURES } from '../../storm/figures.ts';
import { html, type Markup } from './markup.ts';
import { spanOf } from './plot.ts';
import { timePlot, type TimeCurve } from './time-plot.ts';
import { inBothViews } from './view-curves.ts';

/** Client states with their curves. Renewing clients also count as ready. */
const STATES: readonly (readonly [name: string, id: string, series: readonly SeriesName[]])[] = [
  ['ready', 'state-ready', READY_STATES],
  ['ready and renewing', 'state-renewing', ['stateRenewing']],
  ['connecting', 'state-connecting', ['stateConnecting']],
  ['authenticating', 'state-authenticating', ['stateAuthenticating']],
  ['joining', 'state-joining', ['stateJoining']],
  ['waiting', 'state-waiting', ['stateWaiting']],
  ['fetching a token', 'state-fetching-token', ['stateFetchingToken']],
  ['stopped', 'state-stopped', ['stateStopped']],
  ['unknown', 'state-unknown', ['stateUnknown']],
  ['not arrived yet', 'state-idle', ['stateIdle']],
];

/** Requests to services beside the gateway. */
const SERVICE_SERIES: readonly SeriesName[] = ['logins', 'refreshes', 'dialRequests', 'joinRequests'];

/** The main plots: attempts per second, and ready clients. */
export function reconnectSection(summary: Summary, views: CurveViews, predicted: Curves | null): Markup {
  const elapsedMs = summary.durationMs;
  const expected = predicted && { curves: predicted, elapsedMs: spanOf(summary) };
  const peak = peakInViews(views, 'attempts', peakText);
  const expectedPeak = predicted && `peak ${peakText(predicted.peakPerSecond('attempts'))}`;
  const attempts = timePlot(summary, {
    id: 'attempts',
    title: 'Attempts to connect, a second',
    detail: peak,
    description: `${summary.attempts.total} attempts in all; ${peak}. ${faultWords(summary)}`,
    curves: measuredAndPredicted(
      views,
      (curves) => perSecond({ curves, elapsedMs }, 'attempts'),
      expected && perSecond(expected, 'attempts'),
      `predicted, ${expectedPeak}`,
    ),
  });
  const { readyAtEnd, planned, unknownSince } = summary.clients;
  const unknown = unknownWords(unknownSince);
  const atEnd = `${readyAtEnd} of ${planned} at the end${unknown === '' ? '' : `, ${unknown}`}`;
  const ready = timePlot(summary, {
    id: 'ready',
    title: 'Clients connected and ready',
    detail: atEnd,
    description: `Ready clients over time: ${atEnd}.`,
    curves: measuredAndPredicted(
      views,
      (curves) => population({ curves, elapsedMs }, READY_STATES),
      expected && population(expected, READY_STATES),
      'predicted',
    ),
  });
  return html`<section>
    <h2>The reconnect curve</h2>
    ${attempts}${secondWave(summary, views)}${ready}${faultTableNote(summary)}${unknownNote(summary)}${predictionTable(summary)}
  </section> `;
}

/** Sockets that were back and joins that were asked for, where channels are joined. */
function secondWave(summary: Summary, views: CurveViews): Markup | null {
  const { offered: curves } = views;
  const joins = curves.total('joins');
  if (joins === 0) return null;
  const elapsedMs = summary.durationMs;
  const detail = `${curves.total('connected')} sockets, ${joins} joins, ${peakInViews(views, 'joins', peakText)}`;
  return timePlot(summary, {
    id: 'joins',
    title: 'Joins asked for, a second',
    detail,
    description: `Joins over time, and sockets that were open and authenticated: ${detail}.`,
    curves: [
      ...inBothViews(views, (each) => perSecond({ curves: each, elapsedMs }, 'joins'), 'joins'),
      { samples: perSecond({ curves, elapsedMs }, 'connected'), line: 'predicted', legend: 'sockets' },
    ],
  });
}

function measuredAndPredicted(
  views: CurveViews,
  samplesOf: (curves: Curves) => Float64Array,
  predicted: Float64Array | null,
  legend: string,
): readonly TimeCurve[] {
  if (predicted === null) return inBothViews(views, samplesOf, null);
  return [...inBothViews(views, samplesOf, 'measured'), { samples: predicted, line: 'predicted', legend }];
}

const REFRESH_WORDS = {
  endpoint: { what: 'refreshes', title: 'Token refreshes, a second', heading: 'Refreshes' },
  minted: { what: 'renewals, minted by squall', title: 'Tokens minted by squall, a second', heading: 'Tokens' },
  none: { what: 'renewals that asked nobody', title: 'Renewals that were due, a second', heading: 'Tokens' },
} as const satisfies Readonly<Record<Summary['refreshes']['by'], object>>;

export function refreshSection(summary: Summary, views: CurveViews): Markup {
  const elapsedMs = summary.durationMs;
  const { by, total, failed } = summary.refreshes;
  const { what, title, heading } = REFRESH_WORDS[by];
  const failures = Object.values(failed).reduce((sum, n) => sum + n, 0);
  const peak = peakInViews(views, 'refreshes', peakText);
  const plot = timePlot(summary, {
    id: 'refreshes',
    title,
    detail: `${total} ${what}, ${failures} failed; ${peak}`,
    description: `${total} ${what}, of which ${failures} failed; ${peak}.`,
    curves: [
      ...inBothViews(views, (curves) => perSecond({ curves, elapsedMs }, 'refreshes'), 'asked for'),
      {
        samples: perSecond({ curves: views.offered, elapsedMs }, ...REFRESH_FAILURE_SERIES),
        line: 'failed',
        legend: 'failed',
      },
    ],
  });
  return html`<section>
    <h2>${heading}</h2>
    ${plot}${serviceRequests(summary, views)}
  </section> `;
}

/** All requests to the services beside the gateway, where clients log in or ask for something before a dial or a join. */
function serviceRequests(summary: Summary, views: CurveViews): Markup | null {
  const { offered: curves } = views;
  const logins = curves.total('logins');
  const dialRequests = curves.total('dialRequests');
  const joinRequests = curves.total('joinRequests');
  if (logins + dialRequests + joinRequests === 0) return null;
  const elapsedMs = summary.durationMs;
  const minted = summary.refreshes.by !== 'endpoint';
  const all = SERVICE_SERIES.filter((name) => !minted || name !== 'refreshes');
  const parts = [
    `${logins} logins`,
    ...(minted ? [] : [`${summary.refreshes.total} refreshes`]),
    `${dialRequests} requests before dials`,
    ...(joinRequests === 0 ? [] : [`${joinRequests} requests before joins`]),
  ];
  const detail = parts.join(', ');
  return timePlot(summary, {
    id: 'service-requests',
    title: 'Requests to the services beside the gateway, a second',
    detail,
    description: `Requests for tokens and before dials over time: ${detail}.`,
    curves: [
      ...inBothViews(views, (each) => perSecond({ curves: each, elapsedMs }, ...all), 'asked for'),
      {
        samples: perSecond({ curves, elapsedMs }, 'loginsFailed', ...(minted ? [] : REFRESH_FAILURE_SERIES)),
        line: 'failed',
        legend: 'failed tokens',
      },
    ],
  });
}

/** A plot for each state that any client was in, over the same time axis. */
export function stateSection(summary: Summary, curves: Curves): Markup {
  const plots = STATES.flatMap(([name, id, series]) => {
    const samples = population({ curves, elapsedMs: summary.durationMs }, series);
    const most = samples.reduce((a, b) => Math.max(a, b), 0);
    if (most === 0) return [];
    const detail = `at most ${countText(most)}, ${countText(samples.at(-1) ?? 0)} at the end`;
    const description = `Clients in the state ${name} over time: ${detail}.`;
    return [
      timePlot(summary, {
        id,
        title: name,
        detail,
        description,
        small: true,
        curves: [{ samples, line: 'area', legend: null }],
      }),
    ];
  });
  return html`<section>
    <h2>Clients by state</h2>
    <p class="quiet">Each plot has a scale of its own.</p>
    <div class="small">${plots}</div>
  </section> `;
}

function faultTableNote({ faults }: Summary): Markup | null {
  if (faults.length === 0) return null;
  return html`<p class="quiet">
    What is shaded is a fault at work; its number stands above, and in the table of faults.
  </p>`;
}

function unknownNote({ clients }: Summary): Markup | null {
  if (clients.unknown === 0) return null;
  return html`<p class="quiet">
    At each ? clients were last heard of: from there on they are unknown, and no curve but that of unknown clients
    includes them.
  </p>`;
}

function faultWords({ faults }: Summary): string {
  if (faults.length === 0) return 'No faults.';
  return `Faults: ${faults.map(({ label, atMs }) => `${label} at ${timeText(atMs)}`).join(', ')}.`;
}

function peakText({ perSecond: rate, atMs }: Peak): string {
  return `${countText(rate)}/s${rate > 0 ? ` at ${timeText(atMs)}` : ''}`;
}

/** Predicted and measured figures; null for a run without a prediction. */
function predictionTable({ prediction }: Summary): Markup | null {
  if (prediction === null) return null;
  const rows = prediction.figures.map(({ name, predicted, measured, errorPercent }) => {
    const { label, unit } = FIGURES[name];
    return [label, figureCell(predicted, unit), figureCell(measured, unit), percentText(errorPercent)];
  });
  return html`<h3>Prediction</h3>
    ${table('Prediction by a simulation before the run', ['figure', 'predicted', 'measured', 'error'], rows, 3)}`;
}
