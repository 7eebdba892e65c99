import { describe, expect, it } from 'vitest';
import { Draws, PURPOSE } from '../core/random/draws.ts';
import { evaluate } from '../threshold/evaluate.ts';
import { evidenceOf } from '../threshold/evidence.ts';
import { metricOf, parseExpression } from '../threshold/expression.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { slowRun, type SlowPlan } from './slow-generator.ts';
import { thresholdText } from './threshold-text.ts';

const THRESHOLDS = 200;

/** A drop at 8 s, and a cliff of renewals at 20 s, of clients that send commands. */
const scenario = parseScenario(
  `duration: 40s
tokens: { lifetime: 25s, issued: together, refresh: { lead: 5s, jitter: none } }
clients:
  count: 400
  arrive: { over: 4s }
  backoff: socket.io-client
  commands: { rate: 1/s, ackTimeout: 20s, onReconnect: resend }`,
  'slow.yaml',
);
const TARGETS = {
  'a target that answers the storm at once': { handshakesPerSecond: 800, refreshesPerSecond: 1000, dropsAt: [8000] },
  'a target that takes seconds over the storm': { handshakesPerSecond: 150, refreshesPerSecond: 200, dropsAt: [8000] },
};

/** Generators that are slow in different ways: the time that each event takes them, ms. */
const SLOW: Readonly<Record<string, () => SlowPlan['costMs']>> = {
  'at every event': () => () => 0.9,
  'during the drop': () => (now) => (now > 7900 && now < 9500 ? 4 : 0.01),
  'during the renewals': () => (now) => (now > 19_000 && now < 24_000 ? 5 : 0.01),
  'for two seconds at the drop, at once': () => stallAt(8000),
  'for two seconds within the drop, at once': () => stallAt(9500),
  'for two seconds at the renewals, at once': () => stallAt(20_000),
  'for two seconds within the renewals, at once': () => stallAt(20_700),
  'for two seconds between them, at once': () => stallAt(14_000),
};

/** One event in the second after an instant takes two seconds. */
function stallAt(atMs: number): SlowPlan['costMs'] {
  let isOver = false;
  return (now) => {
    if (isOver || now < atMs) return 0.01;
    isOver = true;
    return 2000;
  };
}

const METRICS = [
  ...['attempts', 'reconnects', 'ready', 'recovered', 'lost', 'refreshes', 'refreshed', 'sent', 'acknowledged'].map(
    (series) => `peak(${series})`,
  ),
  ...['handshake', 'recovery', 'refresh', 'command'].flatMap((timing) =>
    ['p50', 'p90', 'p99', 'max', 'mean', 'min'].map((figure) => `${figure}(${timing})`),
  ),
  't50(recovery)',
  't95(recovery)',
  't100(recovery)',
  'downtime',
  'least(ready)',
  'ready',
  'not-back',
  'total(attempts)',
  'total(lost)',
  'failed(commands)',
  'failed(attempts)',
  'spike',
  'amplification',
  'storms',
  'outlived',
  'echo',
];

/** Metrics that lateness of a second leaves open, or widely so. */
const OPEN_FOR_LONG = new Set(['storms', 'outlived', 'echo', 'amplification', 'downtime', 'least(ready)']);

const CASES = Object.entries(TARGETS).flatMap(([of, target]) =>
  Object.entries(SLOW).map(([when, slow]) => [when, of, target, slow] as const),
);

describe.each(CASES)('a generator that is slow %s, against %s', (_when, _of, target, slow) => {
  const costMs = slow();
  const { offered: truth } = evidenceOf(slowRun(scenario, { ...target, costMs: () => 0 }), scenario);
  const { offered: late, intended } = evidenceOf(slowRun(scenario, { ...target, costMs }), scenario);
  const onTime = intended!;
  const draws = new Draws(13);

  /** A threshold with a limit near the values of a random metric. */
  function threshold(n: number): string {
    const draw = (nth: number): number => draws.unit(n, PURPOSE.backoff, nth);
    const subject = METRICS[Math.floor(draw(1) * METRICS.length)]!;
    const metric = metricOf({ subject });
    const values = [truth, late, onTime].map(metric.read).filter((value) => typeof value === 'number');
    const [least, most] = values.length === 0 ? [1, 1] : [Math.min(...values), Math.max(...values)];
    const limit = least * 0.8 + (most * 1.2 - least * 0.8) * draw(2);
    return thresholdText(subject, draw(3) < 0.5 ? '<' : '>=', limit);
  }

  const outcomes = Array.from({ length: THRESHOLDS }, (_one, n) => {
    const parsed = parseExpression(threshold(n));
    const held = evaluate(parsed, late, { intended: onTime });
    const onTimeRun = evaluate(parsed, truth);
    return { text: `${parsed.text}: ${held.text}; truth ${onTimeRun.text}`, held, parsed, ok: onTimeRun.ok };
  });

  it('passes and fails no threshold that it would have decided otherwise on time', () => {
    const wrong = outcomes.filter(({ held, ok }) => held.ok !== null && held.ok !== ok);
    expect(wrong.map(({ text, ok }) => `${text}; on time: ${ok}`)).toEqual([]);
  });

  it('leaves exactly those open whose limit lies between what it offered and what it would have offered on time', () => {
    for (const { held, parsed } of outcomes) {
      const ends = [evaluate(parsed, late).ok, evaluate(parsed, onTime).ok];
      const straddles = ends[0] !== null && ends[0] !== ends[1];
      const isOpen = held.open?.why === 'generator';
      // What happened at some instant between the two may have had a higher or a lower peak than at either end.
      const mayBeWider = metricOf(parsed).between !== undefined;
      expect(mayBeWider && !straddles ? straddles : isOpen, held.text).toBe(straddles);
    }
    const others = outcomes.filter(({ parsed }) => !OPEN_FOR_LONG.has(parsed.subject));
    expect(others.filter(({ held }) => held.ok !== null).length).toBeGreaterThan(others.length * 0.45);
  });
});
