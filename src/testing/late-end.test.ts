import { describe, expect, it } from 'vitest';
import { isCutShort } from '../metrics/cut-short.ts';
import { evaluateRun } from '../threshold/evaluate-run.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { slowRun, slowShards, type SlowPlan } from './slow-generator.ts';

const THRESHOLDS = [
  'ready >= 95%',
  'not-back == 0',
  'p99(recovery) < 3s',
  't95(recovery) < 3s',
  'downtime < 10s',
  'downtime > 10s',
  'total(attempts) >= 780',
  'total(refreshed) >= 380',
  'peak(ready) < 200/s',
  'peak(reconnects) < 250/s',
  'failed(attempts) == 0',
  'p99(refresh) < 2s',
  'least(ready) > 330',
  'peak(attempts) >= 90/s',
  'due < 8000',
  'due >= 8000',
  'total(sent) >= 7600',
  'p99(command) < 60ms',
  'failed(commands) == 0',
];

/** A cliff of renewals at 20 s of a run that ends at 23 s. */
const scenario = parseScenario(
  `duration: 23s
tokens: { lifetime: 25s, issued: together, refresh: { lead: 5s, jitter: none } }
clients: { count: 400, arrive: { over: 4s }, backoff: socket.io-client, commands: { rate: 1/s } }
thresholds: [${THRESHOLDS.map((text) => `'${text}'`).join(', ')}]`,
  'end.yaml',
);
const TARGET = { handshakesPerSecond: 800, refreshesPerSecond: 1000, dropsAt: [] };

/** When generators are late at the end: the time that each event takes them, one a shard of the population, ms. */
const LATE: Readonly<Record<string, readonly SlowPlan['costMs'][]>> = {
  'with all clients': [(now) => (now > 19_900 ? 5 : 0.01)],
  'with the clients of one of two workers': [() => 0, (now) => (now > 19_900 ? 12 : 0.01)],
  'with commands alone': [(now) => (now > 22_000 ? 4 : 0.01)],
  'at one event that takes the last seconds': [stallAt(21_000)],
};

/** One event after this instant takes as long as the rest of the run. */
function stallAt(atMs: number): SlowPlan['costMs'] {
  let isOver = false;
  return (now) => {
    if (isOver || now < atMs) return 0.01;
    isOver = true;
    return 23_000 - now;
  };
}

const truth = slowRun(scenario, { ...TARGET, costMs: () => 0 });

it('a generator on time is not late at the end', () => {
  expect(isCutShort(truth)).toBe(false);
});

describe.each(Object.entries(LATE))('a generator that is still late %s when the run ends', (_how, costs) => {
  const plans = costs.map((costMs) => ({ ...TARGET, costMs }));
  const late = slowShards(scenario, plans);
  // Each shard has a target of its own, which answers its clients alone.
  const onTime = slowShards(
    scenario,
    plans.map(() => ({ ...TARGET, costMs: () => 0 })),
  );
  const decided = evaluateRun(scenario, onTime).thresholds;
  const held = evaluateRun(scenario, late).thresholds;

  it('is noticed', () => {
    expect([isCutShort(late), isCutShort(onTime)]).toEqual([true, false]);
  });

  it.each(THRESHOLDS)('does not decide %s otherwise than on time', (text) => {
    const index = THRESHOLDS.indexOf(text);
    const { ok, open, text: measured } = held[index]!;
    expect([ok, open?.why], measured).toBeOneOf([
      [null, 'generator'],
      [decided[index]!.ok, undefined],
    ]);
  });

  it('still decides what further events cannot change', () => {
    expect(held[THRESHOLDS.indexOf('peak(attempts) >= 90/s')]).toMatchObject({ ok: true });
  });
});
