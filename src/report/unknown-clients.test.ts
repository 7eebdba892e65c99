import { describe, expect, it } from 'vitest';
import { SERIES_INDEX } from '../core/metrics.ts';
import { Curves } from '../metrics/curves.ts';
import { runningLedger } from '../metrics/ledger.ts';
import { measure } from '../metrics/measure.ts';
import { NOTHING_REPORTED } from '../metrics/measurements.ts';
import type { Outcome } from '../metrics/run.ts';
import { createStore } from '../metrics/store.ts';
import { emptyTimings } from '../metrics/timings.ts';
import { makeUnknown } from '../metrics/unknown.ts';
import { meaningOf } from '../results/meaning.ts';
import { summariseRun } from '../results/summarise-run.ts';
import { parseSummary } from '../results/summary.ts';
import { HEALTHY } from '../testing/written-run.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { csvReport } from './csv/curves.ts';
import { htmlReport } from './html/page.ts';
import { junitReport } from './junit/run.ts';
import { markdownReport } from './markdown/run.ts';
import { openMetrics } from './openmetrics.ts';
import { textReport } from './text/run.ts';
import { unknownWords } from './unknown-words.ts';

const DURATION_MS = 60_000;
const scenario = parseScenario(
  `duration: 60s\nclients: { count: 8000, commands: { rate: 1/s } }\nthresholds: [ready >= 90%, ready < 100]`,
  'unknown.yaml',
);

/** Two shards of 6,000 and 2,000 ready clients; the smaller one, with a tenth of its clients out, is last heard of at 37 s. */
function lostRun(): Outcome {
  const stores = [6000, 2000].map((clients) => {
    const store = createStore(Curves.binsFor(DURATION_MS), false);
    const curves = new Curves(store.curves);
    for (const name of ['stateReady', 'arrivals', 'attempts', 'ready'] as const)
      curves.add(SERIES_INDEX[name], 1000, clients);
    store.counts[0] = clients;
    return store;
  });
  const lost = new Curves(stores[1]!.curves);
  lost.add(SERIES_INDEX.lostDropped, 36_000, 200);
  lost.add(SERIES_INDEX.stateReady, 36_000, -200);
  lost.add(SERIES_INDEX.stateWaiting, 36_000, 200);
  for (const name of ['due', 'sent'] as const) lost.add(SERIES_INDEX[name], 36_500, 30);
  makeUnknown(stores[1]!, 2000, 37_000);
  const measurements = measure({
    elapsedMs: DURATION_MS,
    planned: 8000,
    stores,
    timings: emptyTimings(),
    reported: NOTHING_REPORTED,
    ledger: (curves) => runningLedger(curves, null),
  });
  const text =
    'shard 2 of 2 on host-b was lost (nothing heard of it for 4 s), 41.3 s into the run: its 2000 clients are unknown since 37.0 s';
  return {
    measurements,
    faults: [],
    generator: HEALTHY,
    ended: 'completed',
    unreachable: false,
    integrity: [{ kind: 'shard-lost', atMs: 41_300, text }],
  };
}

describe('a report of a run that lost a shard', () => {
  const outcome = lostRun();
  const { measurements } = outcome;
  const { summary } = summariseRun({ scenario, world: 'live', startedAt: new Date(0), outcome, warnings: [] });
  const NOTE = '2000 of 8000 clients are unknown, since 37.0 s';
  const OPEN = '75% to 100%; the unknown clients could have changed the outcome';
  const page = htmlReport({ summary, measurements, scenario, predicted: null });

  it('counts its clients as neither ready, nor out, nor their commands as in flight, in summary.json', () => {
    expect(summary.clients).toMatchObject({ readyAtEnd: 6000, notBack: 0, neverReady: 0, stopped: 0, unknown: 2000 });
    expect(parseSummary(JSON.stringify(summary))!.clients.unknownSince).toEqual([{ sinceMs: 37_000, clients: 2000 }]);
    expect(summary.commands).toMatchObject({ due: 30, inFlight: 0, waiting: 0, unknown: 30 });
    // 200 clients were out from 36.0 s to 37.0 s.
    expect(summary.downtime.clientSeconds).toBe(200);
    expect(summary.storms).toMatchObject([{ lost: 200, notBack: 0, unknown: 200, t95Ms: null }]);
    expect([summary.verdict, summary.thresholds.map(({ ok }) => ok)]).toEqual(['fail', [null, false]]);
  });

  it.each([
    [
      'text',
      textReport({ summary, measurements, dir: null, colour: false }),
      '6000 ready at the end, 2000 unknown since 37.0s',
    ],
    ['HTML', page, '6000 of 8000 at the end, 2000 unknown since 37.0s'],
    ['Markdown', markdownReport(summary), 'When the run ended, 2000 clients were unknown.'],
  ])('says so below the verdict, at the threshold and beside the ready clients: %s', (_, report, count) => {
    const words = report.replaceAll(/\s+/g, ' ');
    for (const each of [NOTE, count, 'its 2000 clients are unknown since 37.0 s', OPEN]) expect(words).toContain(each);
  });

  it('marks the instant on the curves of the page and of the text', () => {
    expect(page).toContain('<path class="unknown" d="M493.3,0V100"');
    expect(page).toMatch(/<span class="mark" style="left:61.7%;--lane:0">\?<\/span>/);
    expect(textReport({ summary, measurements, dir: null, colour: false })).toMatch(/^unknown {2,}\?$/m);
  });

  it('names the loss in JUnit, and has its level in CSV and OpenMetrics', () => {
    expect(junitReport(summary)).toContain('its 2000 clients are unknown since 37.0 s');
    const [head = '', ...rows] = csvReport(measurements, meaningOf(scenario, 'live')).split('\n');
    const level = (column: string, row: number) => rows[row]!.split(',')[head.split(',').indexOf(column)];
    expect([level('state_unknown', 369), level('state_unknown', 370), level('state_ready', 370)]).toEqual([
      '0',
      '2000',
      '6000',
    ]);
    const metrics = openMetrics(scenario, 'live', { ...outcome, phase: 'running', durationMs: DURATION_MS });
    for (const line of [
      'squall_clients{state="unknown"} 2000',
      'squall_clients{state="ready"} 6000',
      'squall_clients_unknown{last="out"} 200',
      'squall_threshold_outcome{threshold="ready >= 90%",outcome="open"} 1',
    ])
      expect(metrics).toContain(`\n${line}\n`);
  });
});

it('unknown clients of several losses are added up and listed', () => {
  const since = Array.from({ length: 6 }, (_, n) => ({ sinceMs: 10_000 * (n + 1), clients: n + 1 }));
  expect(unknownWords([])).toBe('');
  expect(unknownWords(since)).toBe('21 unknown: 1 since 10.0s, 2 since 20.0s, 3 since 30.0s, 4 since 40.0s, 11 later');
});
