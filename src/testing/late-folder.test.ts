import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { outcomeOf } from '../core/fault/outcome.ts';
import { isCutShort } from '../metrics/cut-short.ts';
import type { Measurements } from '../metrics/measurements.ts';
import type { GeneratorHealth, Outcome } from '../metrics/run.ts';
import { viewsOf } from '../metrics/views.ts';
import { mergeFolders } from '../results/merge.ts';
import { readFolder } from '../results/read-folder.ts';
import { RunFolder } from '../results/run-folder.ts';
import { summariseRun } from '../results/summarise-run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { evaluate } from '../threshold/evaluate.ts';
import { evidenceOf } from '../threshold/evidence.ts';
import { parseExpression } from '../threshold/expression.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { metricValues } from '../threshold/metric-values.ts';
import { slowShards, watchedSlowRun, type Share, type SlowPlan } from './slow-generator.ts';
import { thresholdText } from './threshold-text.ts';
import { HEALTHY, plain } from './written-run.ts';

const STARTED = new Date('2026-11-23T18:04:05Z');
/** Times of a value at which limits lie: below, at, and above it. */
const LIMITS = [0.7, 0.97, 1, 1.03, 1.4];
/** As a run has it whose lateness is known. */
const LATE: GeneratorHealth = { ...HEALTHY, saturated: true, reasons: ['the generator ran late'], latenessP99Ms: 900 };

/** A drop at 6 s, and renewals at 15 s, with thresholds that pass, fail, and are left open by lateness. */
const scenario = parseScenario(
  `duration: 24s
tokens: { lifetime: 20s, issued: together, refresh: { lead: 5s, jitter: none } }
clients: { count: 300, arrive: { over: 3s }, backoff: socket.io-client, commands: { rate: 1/s, onReconnect: resend } }
thresholds: ['peak(reconnects) < 250/s', 'total(attempts) < 10000', 'p99(recovery) < 60s', 'downtime < 500s']`,
  'late.yaml',
);
const TARGET = { handshakesPerSecond: 200, refreshesPerSecond: 250, dropsAt: [6000] };

/** Generators of one worker, and of one a machine whose shards are merged; the first is late with the drop, the other with the renewals. */
const PLANS: Readonly<Record<string, readonly SlowPlan[]>> = {
  'the folder of one run': [{ ...TARGET, costMs: (now) => (now > 5900 ? 3 : 0.01) }],
  'the merged folders of two shards': [
    { ...TARGET, costMs: (now) => (now > 5900 && now < 8000 ? 6 : 0.01) },
    { ...TARGET, costMs: (now) => (now > 14_900 && now < 17_000 ? 6 : 0.01) },
  ],
  'a folder whose generator was still late at the end': [{ ...TARGET, costMs: (now) => (now > 14_900 ? 40 : 0.01) }],
};

const root = mkdtempSync(join(tmpdir(), 'squall-late-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Carries out one share of the run, and writes its folder as the run goes. */
function write(resultsDir: string, plan: SlowPlan, share: Share): string {
  const folder = new RunFolder({ resultsDir, scenario, world: 'live', namedAt: STARTED, onWarning: () => {} });
  folder.onBegin(STARTED);
  const faults = faultsOf(scenario);
  const measurements = watchedSlowRun(scenario, plan, share, ({ startMs, endMs, histograms, ...rest }) => {
    const progress = { ...rest, phase: 'running', durationMs: scenario.durationMs, faults, generator: LATE } as const;
    folder.onInterval({ startMs, endMs, histograms, progress });
  });
  const outcome = outcomeWith(measurements);
  const summary = summariseRun({ scenario, world: 'live', startedAt: STARTED, outcome, warnings: [] }).summary;
  folder.finish(outcome, summary, { text: '', page: '' });
  return folder.dir;
}

function faultsOf({ faults, durationMs }: Scenario): Outcome['faults'] {
  return faults.map((fault) => outcomeOf(fault, durationMs, { planned: 0, hit: 0, missed: {} }));
}

function outcomeWith(measurements: Measurements): Outcome {
  const faults = faultsOf(scenario);
  return { measurements, faults, generator: LATE, ended: 'completed', unreachable: false, integrity: [] };
}

function folderOf(name: string, plans: readonly SlowPlan[]): string {
  const resultsDir = join(root, name);
  const dirs = plans.map((plan, shard) => write(join(resultsDir, `${shard}`), plan, { shard, shards: plans.length }));
  if (dirs.length === 1) return dirs[0]!;
  mergeFolders(dirs, join(resultsDir, 'whole'));
  return join(resultsDir, 'whole');
}

describe.each(Object.entries(PLANS))('%s that was late', (name, plans) => {
  const live = slowShards(scenario, plans);
  const read = readFolder(folderOf(name, plans));

  it('holds both views of the live run to the last bin and latency', () => {
    const [kept, was] = [viewsOf(read.measurements), viewsOf(live)];
    expect(was.intended!.curves.sum(['attempts', 'ready'])).not.toEqual(was.offered.curves.sum(['attempts', 'ready']));
    expect(plain(kept.offered)).toEqual(plain(was.offered));
    expect(plain(kept.intended!)).toEqual(plain(was.intended!));
    expect(isCutShort(read.measurements)).toBe(isCutShort(live));
  });

  it('decides and leaves open the same thresholds as the live run, with the same bounds', () => {
    const [kept, was] = [read.measurements, live].map((measurements) => evidenceOf(measurements, scenario));
    const cutShort = isCutShort(live);
    const outcomes = new Set<boolean | null>();
    for (const [subject, value] of Object.entries(metricValues(was!.offered, []))) {
      for (const [n, times] of LIMITS.entries()) {
        const parsed = parseExpression(thresholdText(subject, n % 2 === 0 ? '<' : '>=', value * times));
        const expected = evaluate(parsed, was!.offered, { intended: was!.intended, isCutShort: cutShort });
        expect(evaluate(parsed, kept!.offered, { intended: kept!.intended, isCutShort: cutShort })).toEqual(expected);
        outcomes.add(expected.ok);
      }
    }
    expect(outcomes).toEqual(new Set([true, false, null]));
  });

  it('has the summary and the verdict of the live run', () => {
    const run = { scenario, world: 'live', startedAt: STARTED, warnings: [] } as const;
    const { summary, exitCode } = summariseRun({ ...run, outcome: outcomeWith(live) });
    const again = summariseRun({ ...run, scenario: read.scenario, outcome: outcomeWith(read.measurements) });
    expect(again).toEqual({ summary, exitCode });
    expect(summary.thresholds.some(({ open }) => open?.why === 'generator')).toBe(true);
  });
});
