import { describe, expect, it } from 'vitest';
import { csvReport } from '../report/csv/curves.ts';
import { htmlReport } from '../report/html/page.ts';
import { openMetrics } from '../report/openmetrics.ts';
import { textReport } from '../report/text/run.ts';
import { summarise } from '../results/summarise.ts';
import { thresholdRows } from '../tui/view-model.ts';
import { panelsOf } from '../tui/panels.ts';
import { plainLines } from '../tui/plain-lines.ts';
import { evaluateRun } from '../threshold/evaluate-run.ts';
import { curveView } from '../tui/curve-view.ts';
import { measured } from './measured.ts';
import { scriptedRun } from './scripted-run.ts';
import { scriptedSummary } from './scripted-summary.ts';
import { free, scenarioOf, simulated } from './simulated.ts';
import { scrape } from './openmetrics-rules.ts';

/** Measurements of ten clients, of which three renew their token in band at the end. */
const measurements = measured({
  elapsedMs: 30_000,
  planned: 10,
  series: {
    attempts: [[100, 10]],
    arrivals: [[100, 10]],
    ready: [[200, 10]],
    stateIdle: [
      [0, 10],
      [100, -10],
    ],
    stateReady: [
      [200, 10],
      [29_000, -3],
    ],
    stateRenewing: [[29_000, 3]],
  },
});
const { progress } = scriptedRun(10).advance(30_000);
const scenario = scenarioOf('duration: 30s\nclients: { count: 10 }\nthresholds: [ready >= 100%, least(ready) >= 100%]');
const { summary: other } = scriptedSummary();

describe('the number of ready clients is the same', () => {
  const now = { ...progress, measurements, phase: 'running' as const };
  const { thresholds } = evaluateRun(scenario, measurements);
  const summary = { ...other, clients: { ...other.clients, planned: 10, readyAtEnd: 10 }, thresholds: [...thresholds] };

  it('in the summary and in thresholds', () => {
    const evaluation = { verdict: 'pass', reasons: [] } as const;
    const parts = {
      scenario,
      world: 'sim',
      startedAt: new Date(0),
      ...progress,
      ended: 'completed',
      integrity: [],
    } as const;
    const { clients } = summarise({
      ...parts,
      measurements,
      storms: [],
      prediction: null,
      thresholds,
      evaluation,
      warnings: [],
    });
    expect(clients.readyAtEnd).toBe(10);
    expect(thresholds.map(({ value, ok }) => [value, ok])).toEqual([
      [1, true],
      [1, true],
    ]);
  });

  it('on the screen (curve, states, thresholds) and in the lines of a run without a screen', () => {
    expect(curveView(scenario, [], measurements, null, 80, 24).ready.detail).toBe('10 of 10');
    const states = panelsOf(scenario, measurements, [], progress.generator, []).states;
    expect(states.slice(0, 2)).toMatchObject([
      { name: 'ready', count: '10' },
      { name: '└ renewing', count: '3' },
    ]);
    expect(thresholdRows(scenario, now).map(({ value }) => value)).toEqual(['100%', '100%']);
    let lines = '';
    const stream = { write: (text: string) => (lines += text) } as unknown as NodeJS.WritableStream;
    plainLines({ scenario, stream }).onProgress?.(now);
    expect(lines).toContain('ready 10/10');
  });

  it('in the text report, on the page, in CSV and in OpenMetrics', () => {
    const page = htmlReport({ summary, measurements, scenario, predicted: null });
    expect(textReport({ summary, measurements, dir: null, colour: false })).toContain('10 ready at the end');
    expect(page).toContain('<b>ready</b><span class="quiet">at most 10, 10 at the end</span>');
    expect(page).toContain('<b>ready and renewing</b><span class="quiet">at most 3, 3 at the end</span>');
    const [head = '', ...rows] = csvReport(measurements, { tokens: 'endpoint', ready: 'authenticated' })
      .trimEnd()
      .split('\n');
    const last = rows.at(-1)?.split(',') ?? [];
    expect([last[head.split(',').indexOf('state_ready')], last[head.split(',').indexOf('renewing')]]).toEqual([
      '10',
      '3',
    ]);
    const { samples } = scrape(openMetrics(scenario, 'sim', now));
    expect(samples.get('squall_clients{state="ready"}')).toBe(10);
    expect(samples.get('squall_clients_renewing')).toBe(3);
  });
});

it('a drop of all clients shows in least(ready), and not in ready at the end', async () => {
  const dropped = scenarioOf(`
duration: 20s
clients: { count: 20, arrive: { over: 2s }, backoff: { base: 1s, jitter: none } }
faults: [{ at: 10s, drop: reset }]
thresholds: [ready == 100%, least(ready) >= 100%, least(ready) == 0]
`);
  const run = await simulated(dropped);
  expect(evaluateRun(dropped, run.outcome.measurements).thresholds.map(({ ok }) => ok)).toEqual([true, false, true]);
  free(run);
});
