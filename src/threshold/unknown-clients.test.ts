import { describe, expect, it } from 'vitest';
import { STATE } from '../core/client/states.ts';
import { COUNT_INDEX, SERIES_INDEX, TIMING_INDEX } from '../core/metrics.ts';
import { CONDITION } from '../core/client/conditions.ts';
import { NETWORK } from '../core/signal.ts';
import { mono } from '../core/time/instant.ts';
import { Curves } from '../metrics/curves.ts';
import { runningLedger } from '../metrics/ledger.ts';
import { measure } from '../metrics/measure.ts';
import { reportedOf, type Measurements } from '../metrics/measurements.ts';
import { Recorder } from '../metrics/recorder.ts';
import type { IssueKind } from '../metrics/run.ts';
import { createStore, type RecorderStore } from '../metrics/store.ts';
import { emptyTimings } from '../metrics/timings.ts';
import { makeUnknown } from '../metrics/unknown.ts';
import type { Comparison, Measure } from '../scenario/threshold-expression.ts';
import { evaluate } from './evaluate.ts';
import { evaluateRun } from './evaluate-run.ts';
import { evidenceOf } from './evidence.ts';
import { parseScenario } from './load-scenario.ts';
import type { Evidence, MetricValue } from './metric.ts';
import { usualMetrics } from './metric-values.ts';

const DURATION_MS = 40_000;
/** The shard of clients 0 to 5 is known to the end; nothing is heard of clients 6 to 9 after this instant. */
const LOST_AT_MS = 10_000;
const [KNOWN, LOST] = [6, 4];
const scenario = parseScenario(
  `duration: 40s\nclients: { count: ${KNOWN + LOST}, commands: { rate: 1/s } }`,
  'unknown.yaml',
);

/** A client's steps as its shard records them. */
class Client {
  readonly #recorder: Recorder;
  #state: number = STATE.idle;
  #lostMs = Number.NaN;
  #wasReady = false;

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  #to(state: (typeof STATE)[keyof typeof STATE], atMs: number): void {
    this.#recorder.moved(this.#state as typeof state, state, mono(atMs));
    this.#state = state;
  }

  dial(atMs: number): this {
    this.#recorder.attempt(mono(atMs), mono(atMs), this.#state === STATE.idle);
    this.#to(STATE.connecting, atMs);
    return this;
  }

  fail(atMs: number): this {
    this.#recorder.attemptFailed(mono(atMs), NETWORK.timeout);
    this.#to(STATE.waiting, atMs);
    return this;
  }

  ready(atMs: number, tookMs = 50): this {
    this.#recorder.ready(mono(atMs), mono(atMs - tookMs), mono(this.#lostMs));
    this.#to(STATE.ready, atMs);
    [this.#lostMs, this.#wasReady] = [Number.NaN, true];
    return this;
  }

  lose(atMs: number): this {
    this.#recorder.lost(mono(atMs), 1012, false);
    this.#to(STATE.waiting, atMs);
    this.#lostMs = atMs;
    return this;
  }

  stop(atMs: number): this {
    if (this.#state === STATE.connecting) this.#recorder.attemptFailed(mono(atMs), 403);
    this.#recorder.stopped(mono(atMs), 'gave-up', mono(this.#wasReady ? this.#lostMs : Number.NaN));
    this.#to(STATE.stopped, atMs);
    return this;
  }

  end(atMs: number): void {
    if (this.#state === STATE.stopped || Number.isNaN(this.#lostMs)) return;
    this.#recorder.notBack(mono(atMs), mono(this.#lostMs));
  }
}

type Four = readonly [ready: Client, out: Client, newcomer: Client, idle: Client];

/** What the clients of the lost shard may have done afterwards: from the best to the worst of everything. */
const AFTERWARDS: Readonly<Record<string, (clients: Four, recorder: Recorder, store: RecorderStore) => void>> = {
  'nothing at all': () => {},
  'all that is good': ([ready, out, newcomer, idle], recorder) => {
    out.dial(10_500).ready(10_550, 1);
    newcomer.ready(10_500, 1);
    idle.dial(11_000).ready(11_010, 1);
    recorder.acknowledged(0, 0, mono(10_100), mono(9500));
    for (let n = 0; n < 500; n++) recorder.timed(TIMING_INDEX.refresh, 1);
    ready.end(DURATION_MS);
  },
  'a loss of all clients for the rest of the run': ([ready, out, newcomer, idle], recorder, store) => {
    ready.lose(10_100).dial(10_200);
    out.dial(10_300);
    newcomer.fail(10_400).dial(20_000);
    idle.dial(11_000).fail(21_000);
    for (const client of [ready, out]) client.fail(30_000).end(DURATION_MS);
    recorder.gaveUp(0, 0, mono(10_200), 'connection-lost');
    recorder.condition(CONDITION.none, CONDITION.expired, mono(10_500));
    store.counts[COUNT_INDEX.exposureMs]! += 60_000;
  },
  'a stop of all clients': ([ready, out, newcomer, idle], recorder) => {
    ready.lose(10_100).dial(10_200).stop(10_300);
    out.stop(10_400);
    newcomer.stop(10_500);
    idle.dial(11_000).stop(11_100);
    recorder.gaveUp(0, 0, mono(10_200), 'stopped');
  },
  'a storm that outlives everything': ([ready, out, newcomer, idle], recorder, store) => {
    idle.dial(10_000);
    for (let atMs = 10_100; atMs < DURATION_MS - 1000; atMs += 100) {
      newcomer.fail(atMs).dial(atMs + 10);
      idle.fail(atMs + 20).dial(atMs + 30);
    }
    for (let atMs = 12_000; atMs < DURATION_MS - 1000; atMs += 200) {
      out
        .dial(atMs)
        .ready(atMs + 20, 2000)
        .lose(atMs + 50);
      ready
        .lose(atMs + 60)
        .dial(atMs + 70)
        .ready(atMs + 90);
      recorder.refresh(mono(atMs), mono(atMs));
      recorder.refreshFailed(mono(atMs + 5), 503);
      recorder.timed(TIMING_INDEX.command, 30_000);
      recorder.happened(SERIES_INDEX.due, mono(atMs));
      recorder.sent(0, 1 + atMs, mono(atMs), false, mono(atMs));
      recorder.unfinished(TIMING_INDEX.handshake, 5000);
    }
    out.end(DURATION_MS);
    store.counts[COUNT_INDEX.loopingReconnect]! += 2;
    store.counts[COUNT_INDEX.unexpectedEvents]! += 7;
  },
};

const reported = reportedOf({
  wasted: 3,
  unauthorized: { beforeAuth: 0, expired: 1, revoked: 0, forbidden: 0 },
  anonymous: 0,
  downgraded: 0,
  loggedOutByReuse: 0,
});

/** @param afterwards null: the shard is lost */
function run(afterwards: (typeof AFTERWARDS)[string] | null): Measurements {
  const timings = emptyTimings();
  const known = createStore(Curves.binsFor(DURATION_MS), false);
  const lost = createStore(Curves.binsFor(DURATION_MS), false);
  const [one, other] = [new Recorder(known, null), new Recorder(lost, null)];
  one.populated(KNOWN);
  other.populated(LOST);
  const [a, b, c, d, e, f] = Array.from({ length: KNOWN }, () => new Client(one)) as [
    Client,
    Client,
    Client,
    Client,
    Client,
    Client,
  ];
  for (const client of [a, b, c, d, e]) client.dial(1000).ready(1100);
  f.dial(1200).fail(5000).dial(5500);
  for (const client of [a, b, c, d]) client.lose(14_000);
  for (const client of [a, b]) client.dial(14_500).ready(15_000);
  c.dial(15_000).stop(16_000);
  d.dial(18_000).fail(22_000).dial(25_000);
  d.end(DURATION_MS);
  const four = Array.from({ length: LOST }, () => new Client(other)) as unknown as Four;
  for (const client of four.slice(0, 2)) client.dial(1000).ready(1100);
  four[1].lose(9000);
  four[2].dial(9200);
  other.happened(SERIES_INDEX.due, mono(9500));
  other.sent(0, 0, mono(9500), false, mono(9500));
  other.refresh(mono(8000), mono(8000));
  other.refreshed(mono(8050), mono(8000));
  other.condition(CONDITION.none, CONDITION.refreshFailing, mono(9800));
  if (afterwards === null) makeUnknown(lost, LOST, LOST_AT_MS);
  else afterwards(four, other, lost);
  for (const recorder of [one, other]) recorder.takeInterval(timings);
  return measure({
    elapsedMs: DURATION_MS,
    planned: KNOWN + LOST,
    stores: [known, lost],
    timings,
    reported,
    ledger: (curves) => runningLedger(curves, 1),
  });
}

const LEFT = evidenceOf(run(null), scenario).offered;
const TRUTHS = Object.entries(AFTERWARDS).map(
  ([what, afterwards]) => [what, evidenceOf(run(afterwards), scenario).offered] as const,
);
const COMPARISONS: readonly Comparison[] = ['<', '<=', '>', '>=', '==', '!='];

/** Limits that separate the values which a metric has in any of the runs. */
function limitsOf(values: readonly MetricValue[], scale: number): readonly number[] {
  const ends = values.flatMap((value) =>
    value === null ? [] : typeof value === 'number' ? [value] : [value.atLeast, value.atMost],
  );
  const finite = ends.filter(Number.isFinite).map((n) => n / scale);
  return [...new Set([0, ...finite.flatMap((n) => [n, n * 1.001, n * 0.999])])];
}

function outcomeOf(evidence: Evidence, subject: string, comparison: Comparison, value: number, by: Measure) {
  const limit = { measure: by, value };
  return evaluate({ text: subject, subject, comparison, limit }, evidence, { isPartial: evidence === LEFT });
}

describe.each(usualMetrics().map(({ subject, metric }) => [subject, metric] as const))('%s', (subject, metric) => {
  const values = [LEFT, ...TRUTHS.map(([, truth]) => truth)].map((evidence) => metric.read(evidence));

  it('neither passes nor fails where unknown clients could have turned it', () => {
    const wrong: unknown[] = [];
    for (const by of metric.whole === undefined ? [metric.dimension] : [metric.dimension, 'share' as const]) {
      const limits = limitsOf(values, by === 'share' ? KNOWN + LOST : 1);
      for (const limit of limits) {
        for (const comparison of COMPARISONS) {
          const { ok } = outcomeOf(LEFT, subject, comparison, limit, by);
          if (ok === null) continue;
          for (const [what, truth] of TRUTHS) {
            const { ok: really } = outcomeOf(truth, subject, comparison, limit, by);
            if (really !== null && really !== ok) wrong.push({ comparison, limit, ok, what });
          }
        }
      }
    }
    expect(wrong).toEqual([]);
  });
});

describe('a run with unknown clients', () => {
  it('counts them as neither ready, out nor new, and says so of each threshold that they could turn', () => {
    const text = (subject: string) => outcomeOf(LEFT, subject, '==', 3, 'count').text;
    expect(['ready', 'not-back', 'never-ready', 'stopped'].map(text)).toEqual(['3 to 7', '2 to 6', '1 to 5', '1 to 5']);
    expect(outcomeOf(LEFT, 'ready', '>', 0.9, 'share')).toMatchObject({ ok: false, open: null });
    expect(outcomeOf(LEFT, 'ready', '>=', 0.5, 'share')).toMatchObject({ ok: null, open: { why: 'lost' } });
    const { curves, ledger, counts, timings } = LEFT.measurements;
    expect([curves.total('stateUnknown'), curves.total('unknownReady'), curves.total('unknownOut')]).toEqual([4, 1, 1]);
    expect([ledger.inFlight, ledger.unknown, counts.attemptsUnknown]).toEqual([0, 1, 1]);
    expect(timings.recovery.unfinished).toBe(0);
  });

  it('does not decide a number of clients where the loss ended the run early: those that are known would have gone on', () => {
    const text = "{ duration: 40s, clients: { count: 10 }, thresholds: ['ready < 3', 'total(lost) < 4'] }";
    const outcomes = (...kinds: readonly IssueKind[]) =>
      evaluateRun(parseScenario(text, 'stopped.yaml'), LEFT.measurements, {
        integrity: kinds.map((kind) => ({ kind, atMs: LOST_AT_MS, text: 'lost' })),
      }).thresholds.map(({ ok, open }) => [ok, open?.why]);
    expect(outcomes('shard-lost')).toEqual([
      [false, undefined],
      [false, undefined],
    ]);
    expect(outcomes('shard-lost', 'stopped-on-loss')).toEqual([
      [null, 'lost'],
      [false, undefined],
    ]);
  });

  it('decides some: the table above proves something', () => {
    expect(outcomeOf(LEFT, 'total(lost)', '<', 4, 'count').ok).toBe(false);
    expect(outcomeOf(LEFT, 'ready', '<', 3, 'count').ok).toBe(false);
  });
});
