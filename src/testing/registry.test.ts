import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kebab } from '../core/kebab.ts';
import {
  byName,
  COUNT_INDEX,
  COUNTS,
  CURVE_SPECS,
  metricOf,
  REPORTED,
  SERIES,
  SERIES_INDEX,
  SUM_SPECS,
  TIMING_INDEX,
  TIMING_SPECS,
  TIMINGS,
} from '../core/metrics.ts';
import { mono } from '../core/time/instant.ts';
import { Curves } from '../metrics/curves.ts';
import { runningLedger } from '../metrics/ledger.ts';
import { LOST } from '../metrics/lost.ts';
import { measure } from '../metrics/measure.ts';
import type { TargetReported } from '../metrics/measurements.ts';
import { Recorder } from '../metrics/recorder.ts';
import type { Outcome } from '../metrics/run.ts';
import { createStore } from '../metrics/store.ts';
import { emptyTimings } from '../metrics/timings.ts';
import { csvReport } from '../report/csv/curves.ts';
import { openMetrics } from '../report/openmetrics.ts';
import { summariseRun } from '../results/summarise-run.ts';
import { parseTimelineLine } from '../results/timeline.ts';
import { timelineLine } from '../results/timeline-lines.ts';
import { CurveDiff } from '../results/curve-changes.ts';
import { parseSummary } from '../results/summary.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { metricValues } from '../threshold/metric-values.ts';

// The run in which every metric of the registry has a value of its own.
const CLIENTS = 1000;
const scenario = parseScenario(`duration: 60s\nclients: { count: ${CLIENTS} }`, 'registry.yaml');
const count = byName(COUNTS, (name) => 100 + COUNT_INDEX[name]);
const ownCurve = { ...byName(SERIES, (name) => 3 + SERIES_INDEX[name]), lostClosed: 500 };
/** The curves, in which each lost client has recovered, or is unknown. */
const curve = { ...ownCurve, recovered: LOST.reduce((sum, name) => sum + ownCurve[name], 0) - ownCurve.unknownOut };
const reported: TargetReported = byName(REPORTED, (name) => 200 + REPORTED.indexOf(name));
const latencyMs = byName(TIMINGS, (name) => 1000 * (1 + TIMING_INDEX[name]));

const ledger = (curves: Curves) => ({ ...runningLedger(curves, null), waiting: 0, inFlight: 0 });

function everything(): Outcome {
  const store = createStore(Curves.binsFor(scenario.durationMs), false);
  const recorder = new Recorder(store, null);
  for (const name of COUNTS) recorder.count(COUNT_INDEX[name], count[name]);
  for (const name of SERIES) for (let n = 0; n < curve[name]; n++) recorder.happened(SERIES_INDEX[name], mono(5));
  for (const name of TIMINGS) {
    recorder.timed(TIMING_INDEX[name], latencyMs[name]);
    recorder.failed(TIMING_INDEX[name], 503);
  }
  const timings = emptyTimings();
  recorder.takeInterval(timings);
  const measurements = measure({ elapsedMs: 60_000, planned: CLIENTS, stores: [store], timings, reported, ledger });
  const generator = {
    workers: 1,
    latenessP99Ms: 1,
    loopDelayP99Ms: 1,
    cpuSeconds: 1,
    rssBytes: 1,
    droppedStarts: 0,
    saturated: false,
    reasons: [],
    targetStarved: 0,
    unbounded: false,
  };
  return { measurements, faults: [], generator, ended: 'completed', unreachable: false, integrity: [] };
}

const outcome = everything();
const { measurements } = outcome;
const evidence = { measurements, storms: [] };
const { summary } = summariseRun({ scenario, world: 'live', startedAt: new Date(0), outcome, warnings: [] });
const read = parseSummary(JSON.stringify(summary))!;
const changes = new CurveDiff().take(measurements.curves);
const line = parseTimelineLine(timelineLine({ startMs: 0, endMs: 1000 }, outcome, changes, null))!;
const exposition = openMetrics(scenario, 'live', { ...outcome, phase: 'running', durationMs: 60_000 });
const csv = csvReport(measurements, { tokens: 'endpoint', ready: 'authenticated' }).split('\n');
const values = metricValues(evidence, []);
const snake = (name: string): string => kebab(name).replaceAll('-', '_');
const sums = { ...count, ...reported };

describe('every metric of the registry', () => {
  it.each([...COUNTS, ...REPORTED])('%s stands in summary, timeline, OpenMetrics and thresholds', (name) => {
    const value = sums[name];
    const isTime = name.endsWith('Ms');
    expect({ ...read.counts, ...read.targetReported }[name]).toBe(value);
    expect({ ...line.counts, ...line.targetReported }[name]).toBe(value);
    const family = snake(name.replace(/Ms$/, 'Seconds'));
    expect(exposition).toContain(`\nsquall_${family}_total ${isTime ? value! / 1000 : value}\n`);
    expect(values[metricOf(name)]).toBe(value);
  });

  it.each(SERIES)('%s stands in timeline, OpenMetrics and CSV', (name) => {
    const { kind, family, labels = {} } = CURVE_SPECS[name];
    const value = name === 'stateReady' ? curve.stateReady + curve.stateRenewing : curve[name];
    const text = Object.entries(labels).map(([label, of]) => `${label}="${of}"`);
    expect(line.changes[name]).toEqual([[0, curve[name]]]);
    const suffix = kind === 'events' ? '_total' : '';
    expect(exposition).toContain(
      `\nsquall_${family}${suffix}${text.length === 0 ? '' : `{${text.join()}}`} ${value}\n`,
    );
    const column = csv[0]!.split(',').indexOf(name === 'stateRenewing' ? 'renewing' : snake(name));
    expect(csv[1]!.split(',')[column]).toBe(String(value));
  });

  it.each(SERIES.filter((name) => CURVE_SPECS[name].kind === 'events'))(
    '%s has a peak and a total in thresholds',
    (name) => {
      expect(values[`total(${kebab(name)})`]).toBe(curve[name]);
      expect(values[`peak(${kebab(name)})`]).toBe(curve[name]);
    },
  );

  it.each(TIMINGS)('%s stands in summary, timeline, OpenMetrics and thresholds', (name) => {
    expect(read.timings[name]?.maxMs).toBeCloseTo(latencyMs[name], -1);
    expect(line.failures[name]).toEqual({ 'http-503': 1 });
    expect(exposition).toContain(`\nsquall_${snake(name)}_seconds_count 1\n`);
    expect(exposition).toContain(`\nsquall_${snake(name)}_failures_total{reason="http-503"} 1\n`);
    expect(values[`max(${kebab(name)}.ok)`]).toBeCloseTo(latencyMs[name], -1);
    expect(values[`failures(${kebab(name)})`]).toBe(1);
  });

  it('has a name that is unique among all kinds of metrics', () => {
    const names = [...COUNTS, ...REPORTED, ...SERIES, ...TIMINGS];
    expect(new Set(names).size).toBe(names.length);
  });

  it('stands in the table of the README', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    for (const row of tableRows()) expect(readme.replaceAll(/ +/g, ' ')).toContain(row);
  });
});

const named = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** The table's rows, one for each kind and help, without its alignment. */
function tableRows(): readonly string[] {
  const events = SERIES.filter((name) => CURVE_SPECS[name].kind === 'events');
  const helps = [...new Set(events.map((name) => CURVE_SPECS[name].help))];
  return [
    ...TIMINGS.map((name) => `| timing | ${named([kebab(name)])} | ${TIMING_SPECS[name].help} |`),
    ...helps.map(
      (help) => `| curve | ${named(events.filter((name) => CURVE_SPECS[name].help === help).map(kebab))} | ${help} |`,
    ),
    ...COUNTS.map((name) => `| count | ${named([metricOf(name)])} | ${SUM_SPECS[name].help} |`),
    ...REPORTED.map((name) => `| target | ${named([metricOf(name)])} | ${SUM_SPECS[name].help} |`),
  ];
}
