import { describe, expect, it } from 'vitest';
import { isCutShort } from '../metrics/cut-short.ts';
import { evaluateRun } from '../threshold/evaluate-run.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { slowRun } from './slow-generator.ts';

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
];

/** A cliff of renewals at 20 s of a run that ends at 23 s. */
const scenario = parseScenario(
  `duration: 23s
tokens: { lifetime: 25s, issued: together, refresh: { lead: 5s, jitter: none } }
clients: { count: 400, arrive: { over: 4s }, backoff: socket.io-client }
thresholds: [${THRESHOLDS.map((text) => `'${text}'`).join(', ')}]`,
  'end.yaml',
);
const TARGET = { handshakesPerSecond: 800, refreshesPerSecond: 1000, dropsAt: [] };

describe('a generator that is still late when the run ends', () => {
  const truth = slowRun(scenario, { ...TARGET, costMs: () => 0 });
  const late = slowRun(scenario, { ...TARGET, costMs: (now) => (now > 19_900 ? 5 : 0.01) });
  const decided = evaluateRun(scenario, truth).thresholds;
  const held = evaluateRun(scenario, late).thresholds;

  it('is noticed, and a generator on time is not', () => {
    expect([isCutShort(late), isCutShort(truth)]).toEqual([true, false]);
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
