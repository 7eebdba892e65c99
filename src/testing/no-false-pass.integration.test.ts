import { beforeAll, describe, expect, it } from 'vitest';
import { destroyTimings } from '../metrics/timings.ts';
import type { Outcome } from '../metrics/run.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { describe as inWords } from '../storm/describe.ts';
import type { Storm } from '../storm/storm.ts';
import { runVerdict, type RunVerdict } from '../threshold/run-verdict.ts';
import { evaluateRun } from '../threshold/evaluate-run.ts';
import { liveRun } from './live-run.ts';
import { scenarioOf, simulated } from './simulated.ts';

interface Findings extends RunVerdict {
  readonly storms: readonly Storm[];
  readonly failures: Readonly<Record<string, number>>;
  readonly readyAtEnd: number;
}

function findingsOf(scenario: Scenario, outcome: Outcome): Findings {
  const { timings, curves } = outcome.measurements;
  const failures = Object.fromEntries(timings.recovery.failures);
  const { storms } = evaluateRun(scenario, outcome.measurements);
  const readyAtEnd = curves.total('stateReady') + curves.total('stateRenewing');
  const evaluated = runVerdict(scenario, outcome);
  destroyTimings(timings);
  return { ...evaluated, storms, failures, readyAtEnd };
}

const inSim = async (scenario: Scenario): Promise<Findings> =>
  findingsOf(scenario, (await simulated(scenario)).outcome);
const live = async (scenario: Scenario): Promise<Findings> => findingsOf(scenario, (await liveRun(scenario)).outcome);

function outcomes({ thresholds }: RunVerdict): Readonly<Record<string, boolean | null>> {
  return Object.fromEntries(thresholds.map(({ expression, ok }) => [expression, ok]));
}

/** 150 tokens come due at once, the token service answers 10 requests a second, and clients wait 3 s for an answer. */
const LOCKED_OUT = `
duration: 40s
target: { embedded: { capacity: { refreshes: 10/s } } }
tokens:
  lifetime: 25s
  issued: together
  refresh: { lead: 5s, timeout: 3s, retry: { growth: fixed, base: 1s, jitter: equal } }
clients: { count: 150 }
generator: { maxLateness: 1s }
thresholds: ['p99(recovery) < 5s', 't100(recovery) < 20s', 'failures(recovery) == 0', 'not-back == 0']
`;

describe('clients that never come back', () => {
  let found: Findings;
  beforeAll(async () => {
    found = await inSim(scenarioOf(LOCKED_OUT));
  });

  it('count as failed recoveries, longer than any limit', () => {
    expect(found).toMatchObject({ verdict: 'fail', readyAtEnd: 29, failures: { 'not-back': 121 } });
    expect(Object.values(outcomes(found))).toEqual([false, false, false, false]);
    expect(found.thresholds.map(({ text }) => text)).toEqual([
      'longer than any limit: 121 of 150 failed',
      'longer than any limit: 121 of 150 failed',
      '121',
      '121',
    ]);
  });

  it('are an outage, with a sentence of its own', () => {
    expect(found.storms.map(({ kind, lost }) => ({ kind, lost }))).toEqual([
      { kind: 'reconnect', lost: 29 },
      { kind: 'outage', lost: 121 },
    ]);
    expect(inWords(found.storms[1]!)).toMatch(
      /121 connections were lost, an outage; nobody reconnected; nobody was back/,
    );
  });

  it('count in the figures by which settings are compared', () => {
    expect(found.figures).toMatchObject({ lockedOut: 121, t95RecoveryMs: null });
    // 121 clients from 25 s to 40 s.
    expect(found.figures.downtimeClientSeconds! / (121 * 15)).toBeCloseTo(1, 1);
  });

  it('give the same results on real sockets', async () => {
    const sets = ['duration=12s', 'tokens.lifetime=7s', 'clients.arrive.over=500ms'];
    const real = await live(parseScenario(LOCKED_OUT, 'locked-out.yaml', { sets }));
    expect(real.verdict).toBe('fail');
    expect(Object.values(outcomes(real))).toEqual([false, false, false, false]);
    expect(real.failures['not-back']).toBe(150 - real.readyAtEnd);
    expect(real.readyAtEnd).toBeLessThan(60);
    expect(real.storms.at(-1)?.notBack).toBe(150 - real.readyAtEnd);
  });
});

it('token requests that come faster than they are answered are a self-sustaining storm on the token service', async () => {
  const { storms } = await inSim(scenarioOf(LOCKED_OUT, 'duration=3m'));
  const storm = storms.find(({ kind }) => kind === 'refresh');
  expect(storm).toMatchObject({ ended: false });
  expect(storm!.failing).toBeGreaterThan(120);
  expect(storm!.selfSustaining).toMatchObject({ after: 'due', capacityPerSecond: 10 });
  expect(inWords(storm!)).toMatch(/It is self-sustaining: token requests stay at [\d.]+x capacity/);
});

/** Clients arrive at a little more than the gateway's 15/s, after an outage that left a queue longer than their timeout. */
const NEWCOMERS = `
duration: 241s
target: { embedded: { capacity: { handshakes: 15/s, queue: unlimited } } }
tokens: { lifetime: 1h, issued: together }
clients: { count: 3624, connectTimeout: 5s, arrive: { over: 240s } }
faults:
  - { at: 30s, for: 10s, handshake: hang, atLeast: 0% }
thresholds: ['storms == 0', 'never-ready == 0', 'p99(handshake) < 1s', 'p99(handshake.ok) < 10s']
`;

describe('newcomers that never get in', () => {
  it.each([
    ['a storm if they retry', [], 'reconnect'],
    ['an outage if they do not', ['clients.backoff.retryInitial=false', 'clients.count=3840'], 'outage'],
  ] as const)('are %s, and keep it alive', async (_what, sets, kind) => {
    const found = await inSim(scenarioOf(NEWCOMERS, ...sets));
    expect(Object.values(outcomes(found))).toEqual([false, false, false, true]);
    const storm = found.storms.at(-1)!;
    expect(storm).toMatchObject({ kind, ended: false });
    expect(storm.neverReady).toBeGreaterThan(2000);
    expect(storm.selfSustaining).not.toBeNull();
    expect(found.figures.lockedOut).toBeGreaterThan(2000);
  });
});

/** The gateway refuses most attempts and answers the others quickly. */
const REFUSED = `
duration: 4s
target: { embedded: {} }
tokens: { lifetime: 60s, issued: together }
clients: { count: 30, arrive: { over: 500ms }, backoff: { growth: fixed, base: 200ms, jitter: none } }
generator: { maxLateness: 1s }
faults:
  - { at: 0s, for: 2s, handshake: { status: 503 }, atLeast: 0% }
thresholds: ['p99(handshake) < 1s', 'max(handshake) < 1s', 'mean(handshake) < 1s', 'p99(handshake.ok) < 1s', 'max(handshake.ok) < 1s']
`;

describe('quantiles of a run in which most attempts failed', () => {
  it.each([
    ['in virtual time', () => inSim(scenarioOf(REFUSED))],
    ['on real sockets', () => live(parseScenario(REFUSED, 'refused.yaml'))],
  ] as const)('are longer than any limit %s, except those of the successes', async (_world, run) => {
    const found = await run();
    expect(Object.values(outcomes(found))).toEqual([false, false, false, true, true]);
    expect(found.thresholds[0]?.text).toMatch(/^longer than any limit: \d+ of \d+ failed$/);
  });
});

it('attempts that hang when the run ends fail a limit that they have already exceeded', async () => {
  const hung = REFUSED.replace('{ status: 503 }', 'hang').replace('for: 2s', 'for: 4s').replace('at: 0s', 'at: 500ms');
  const drop = hung.replace('faults:', 'faults:\n  - { at: 1s, drop: { code: 1012 } }');
  const found = await inSim(scenarioOf(drop));
  expect(found.thresholds[0]?.ok).toBe(false);
  expect(found.thresholds[0]?.text).toMatch(/^not yet after 2\.\d+s \(30 unfinished\)$/);
});

const HANGS = `
duration: 20s
target: { embedded: { capacity: { handshakes: 200/s, queue: 4000 } } }
tokens: { lifetime: 10m, issued: together }
clients: { count: 100, arrive: { over: 19s }, connectTimeout: 59s, commands: { rate: 1/s, ackTimeout: 1m } }
`;

describe('thresholds on operations that hang when the run ends', () => {
  it.each([
    [
      'attempts younger than the slowest success',
      `faults: [{ at: 2s, for: 5s, gateway: { capacity: 0% } }, { at: 16s, for: 1h, gateway: { capacity: 0% } }]
thresholds: ['p99(handshake) < 6s', 'max(handshake) < 6s', 'failures(handshake) == 0', 'failed(attempts) == 0']`,
    ],
    [
      'commands without an acknowledgement',
      `faults: [{ at: 2s, for: 5s, link: stall }, { at: 14s, for: 1h, link: stall }]
thresholds: ['max(command) < 7s', 'p99(command) < 7s', 'failed(commands) == 0', 'lost == 0', 'unexpected == 0', 'failures(command) < 1%']`,
    ],
    [
      'commands waiting for a connection',
      `faults: [{ at: 10s, for: 1h, gateway: { capacity: 0% } }]
thresholds: ['failed(commands) < 1%', 'lost == 0', 'failures(command) == 0']`,
    ],
  ])('are undecided if the operations may still exceed the limit: %s', async (_what, rest) => {
    const found = await inSim(scenarioOf(`${HANGS}${rest}`));
    expect(found.verdict).toBe('inconclusive');
    expect(found.thresholds.map(({ ok }) => ok)).toEqual(found.thresholds.map(() => null));
  });
});
