import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { CONDITION } from '../core/client/conditions.ts';
import { STATE_NAMES } from '../core/client/states.ts';
import type { Measurements } from '../metrics/measurements.ts';
import { CURVE_SPECS, SERIES } from '../core/metrics.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { randomScenario } from './random-scenario.test.helper.ts';
import { free, simulated } from '../testing/simulated.ts';

/** Random scenarios, each run once to its end and checked against all invariants. */
const RUNS = 150;

/** No client of a simulation is unknown. */
const STATES = SERIES.filter((name) => CURVE_SPECS[name].kind === 'state' && !/unknown/i.test(name));
const CONDITIONS = SERIES.filter((name) => CURVE_SPECS[name].kind === 'condition');

/** Invariants of the measurements of any scenario. */
const INVARIANTS: Readonly<Record<string, (measured: Measurements, text: string) => void>> = {
  'the clients in each state are never fewer than none, and all of them together are the population': ({
    curves,
    planned,
  }) => {
    const inState = STATES.map(() => 0);
    const changes = STATES.map((name) => curves.values(name));
    for (let bin = 0; bin < curves.bins; bin++) {
      changes.forEach((change, state) => (inState[state]! += change[bin]!));
      expect(Math.min(...inState)).toBeGreaterThanOrEqual(0);
      expect(inState.reduce((sum, n) => sum + n, 0)).toBe(planned);
    }
  },

  'clients are in one condition at most, and out of none that they are not in': ({ curves, planned, counts }) => {
    const inCondition = CONDITIONS.map(() => 0);
    const changes = CONDITIONS.map((name) => curves.values(name));
    for (let bin = 0; bin < curves.bins; bin++) {
      changes.forEach((change, condition) => (inCondition[condition]! += change[bin]!));
      expect(Math.min(...inCondition)).toBeGreaterThanOrEqual(0);
      expect(inCondition.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(planned);
    }
    expect(curves.total('conditionLoggedOut')).toBe(counts.stoppedLoggedOut);
  },

  'a connection that is given up as silent was found silent, and each was silent for some time': ({
    losses,
    counts,
  }) => {
    expect(counts.silent).toBeGreaterThanOrEqual(losses.get('silent') ?? 0);
    expect(counts.silenceMs >= 0 && counts.silenceMs > 0 === counts.silent > 0).toBe(true);
  },

  'each attempt ends in ready or in a failure with a reason, or is under way at the end': ({ curves, timings }) => {
    const [attempts, failed, ready] = [curves.total('attempts'), curves.total('attemptsFailed'), curves.total('ready')];
    const underWay = curves.total('stateConnecting') + curves.total('stateAuthenticating');
    expect(ready + failed + underWay).toBe(attempts);
    expect(timings.handshake.count).toBe(ready);
    expect(timings.handshake.failed).toBe(failed);
  },

  'each ready connection is lost or still there, and each loss is recovered, abandoned or waited for': ({ curves }) => {
    const losses = ['lostExpired', 'lostRenewal', 'lostClosed', 'lostDropped'] as const;
    const lost = losses.reduce((sum, name) => sum + curves.total(name), 0);
    expect(curves.total('ready') - lost).toBe(curves.total('stateReady') + curves.total('stateRenewing'));
    expect(curves.total('recovered') + curves.total('abandoned')).toBeLessThanOrEqual(lost);
  },

  'each refresh ends in a token or in a failure with a reason, or is under way at the end': ({
    curves,
    timings,
    planned,
  }) => {
    expect(timings.refresh.count).toBe(curves.total('refreshed'));
    const open = curves.total('refreshes') - timings.refresh.count - timings.refresh.failed;
    expect(open).toBeGreaterThanOrEqual(0);
    expect(open).toBeLessThanOrEqual(planned);
  },

  'each command is acknowledged, lost, unexpected or in flight, and duplicated only where nobody remembers': (
    { ledger, curves, timings },
    text,
  ) => {
    expect(ledger.acknowledged + ledger.lost! + ledger.unexpected! + ledger.inFlight).toBe(ledger.sent);
    expect(ledger.lost! + ledger.unexpected!).toBe(ledger.gaveUp);
    expect(ledger.inFlight).toBeGreaterThanOrEqual(0);
    expect(ledger.duplicated).toBe(curves.total('duplicated'));
    expect(ledger.duplicatedBy!.resend).toBeLessThanOrEqual(curves.total('resent'));
    expect(timings.command.count).toBe(ledger.acknowledged);
    const remembers = text.includes('"idempotent":true') && !text.includes('"memory":"lost"');
    expect(remembers ? ledger.duplicated : 0).toBe(0);
  },

  'each command that comes due is sent, skipped for a reason, or waits for a connection': ({
    ledger,
    curves,
    timings,
  }) => {
    const { due, sent, skipped, waiting, gaveUp } = ledger;
    expect(due).toBe(sent + skipped + waiting);
    expect([due, skipped, sent]).toEqual([curves.total('due'), curves.total('skipped'), curves.total('sent')]);
    expect(waiting).toBeGreaterThanOrEqual(0);
    expect(timings.command.failed).toBe(gaveUp + skipped);
    expect(timings.command.count + timings.command.failed + timings.command.unfinished).toBe(due);
  },

  'a remote of our own never behaves in a way that makes no sense': ({ counts }) =>
    expect(counts.unexpectedEvents).toBe(0),
};

it('the curves know every state and every condition', () => {
  expect(STATES.length).toBe(STATE_NAMES.length);
  expect(CONDITIONS.length).toBe(Object.keys(CONDITION).length - 1);
});

describe(`of ${RUNS} random scenarios`, () => {
  /** The first violation of each invariant. */
  const broken = new Map<string, Error>();
  beforeAll(async () => {
    for (const text of fc.sample(randomScenario, RUNS)) {
      const run = await simulated(parseScenario(text, 'random.yaml'));
      for (const [title, invariant] of Object.entries(INVARIANTS)) {
        if (broken.has(title)) continue;
        try {
          invariant(run.outcome.measurements, text);
        } catch (error) {
          broken.set(title, new Error(text, { cause: error }));
        }
      }
      free(run);
    }
  });

  it.each(Object.keys(INVARIANTS))('%s', (title) => {
    expect(broken.get(title)).toBeUndefined();
  });
});
