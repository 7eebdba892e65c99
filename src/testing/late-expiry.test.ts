import { describe, expect, it } from 'vitest';
import { comparableStanding } from '../compare/compare-runs.ts';
import { evaluateRun } from '../threshold/evaluate-run.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { slowRun } from './slow-generator.ts';

const THRESHOLDS = [
  'total(lost-expired) == 0',
  'total(lost-expired) > 100',
  'peak(lost-expired) < 10/s',
  'total(lost) < 450',
  'total(attempts) < 850',
  'total(reconnects) >= 850',
  'peak(lost) < 500/s',
  'total(ready) >= 400',
  'p99(handshake) < 1s',
  'least(ready) >= 300',
  'storms <= 1',
];

/** Renewals at 19 s, a second before the tokens expire. */
const scenario = parseScenario(
  `duration: 40s
tokens: { lifetime: 20s, issued: together, refresh: { lead: 1s, jitter: none } }
clients: { count: 400, arrive: { over: 4s }, backoff: socket.io-client }
thresholds: [${THRESHOLDS.map((text) => `'${text}'`).join(', ')}]`,
  'expiry.yaml',
);
const TARGET = { handshakesPerSecond: 800, refreshesPerSecond: 1000, dropsAt: [], closesAtExpiry: true };

describe('a generator that is late by more than the lead of its renewals', () => {
  const truth = slowRun(scenario, { ...TARGET, costMs: () => 0 });
  const late = slowRun(scenario, { ...TARGET, costMs: (now) => (now > 18_900 && now < 25_000 ? 4 : 0.01) });
  const decided = evaluateRun(scenario, truth).thresholds;
  const held = evaluateRun(scenario, late).thresholds;

  it('lets tokens expire that a generator on time would have renewed', () => {
    const [onTime, wasLate] = [truth, late].map(({ curves }) => curves.total('lostExpired'));
    expect(onTime).toBe(0);
    expect(wasLate).toBeGreaterThan(100);
  });

  it('is left out of comparisons, whose two views both lack the renewals', () => {
    const passed = { verdict: 'pass', reasons: [], isOpen: true } as const;
    expect(comparableStanding(truth, scenario, passed)).toEqual(passed);
    const standing = comparableStanding(late, scenario, passed);
    expect(standing).toMatchObject({ verdict: 'inconclusive', isOpen: false });
    expect(standing.reasons).toEqual([
      expect.stringMatching(/^squall may have renewed the tokens of \d+ lost connections too late/),
    ]);
  });

  it.each(THRESHOLDS)('does not decide %s otherwise than on time', (text) => {
    const index = THRESHOLDS.indexOf(text);
    const { ok, open, text: measured } = held[index]!;
    expect([ok, open?.why], `${measured}; truth ${decided[index]!.text}`).toBeOneOf([
      [null, 'generator'],
      [decided[index]!.ok, undefined],
    ]);
  });
});
