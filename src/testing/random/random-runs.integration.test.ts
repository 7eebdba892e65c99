// These tests compare verdicts with the target's own record; `npm run test:random` does the same as often as it is asked to.
import { describe, expect, test } from 'vitest';
import { falsePasses, type Watched } from './false-passes.ts';
import { runWithHistory } from './live.ts';
import { randomRuns } from './scenarios.ts';
import { simulateWithHistory } from './simulated.ts';

const SIMULATED = 50;
const LIVE = 3;
const SEED = 10;

test(`none of ${SIMULATED} random simulations passes falsely, and many pass`, async () => {
  let passes = 0;
  for (const [index, text] of randomRuns('sim', SIMULATED, SEED).entries()) {
    const run = await simulateWithHistory(text);
    expect(falsePasses(run), `run ${index}: ${text}`).toEqual([]);
    passes += run.summary.verdict === 'pass' ? 1 : 0;
  }
  expect(passes).toBeGreaterThan(SIMULATED / 10);
});

test(`none of ${LIVE} random runs on real sockets passes falsely, although one loses a process`, async () => {
  for (const [index, text] of randomRuns('live', LIVE, SEED).entries()) {
    const run = await runWithHistory(text, index === 0);
    expect(falsePasses(run), `run ${index}: ${text}`).toEqual([]);
    expect(run.seen.killed).toBe(index === 0);
    expect(run.summary.integrity.some(({ kind }) => kind === 'process-died')).toBe(index === 0);
  }
});

/** The run as if squall had called it a pass. */
const passed = (run: Watched, change: Partial<Watched['seen']> = {}): Watched => ({
  ...run,
  summary: {
    ...run.summary,
    verdict: 'pass',
    thresholds: run.summary.thresholds.map((each) => ({ ...each, value: 0 })),
  },
  seen: { ...run.seen, ...change },
});

describe('the checks for false passes', () => {
  /** Tokens of 150 clients come due together, and the token service is too slow for most of them. */
  const LOCKED_OUT = `
name: locked-out
duration: 40s
target: { embedded: { capacity: { refreshes: 10/s } } }
tokens: { lifetime: 25s, issued: together, refresh: { lead: 5s, timeout: 3s, retry: { base: 500ms, cap: 1s } } }
clients: { count: 150, arrive: { over: 5s }, commands: { rate: 1/s } }
thresholds: [p99(recovery) < 5s, t100(recovery) < 20s, failures(recovery) == 0, ready >= 95%, lost == 0]
`;

  test('find the clients that are out, even where the run failed', async () => {
    const run = await simulateWithHistory(LOCKED_OUT);
    expect(run.summary.verdict).toBe('fail');
    const out = run.seen.outAtEnd.filter(Boolean).length;
    expect(out).toBeGreaterThan(50);
    expect(falsePasses(run)).toEqual([]);
    const flaws = falsePasses(passed(run));
    expect(flaws.map((flaw) => flaw.split(':')[0])).toEqual([
      'p99(recovery) < 5s',
      't100(recovery) < 20s',
      'failures(recovery) == 0',
      'ready >= 95%',
      'lost == 0',
    ]);
    expect(flaws[2]).toContain(`${out} are out for good`);
  });

  test('find a killed process, effects that no command explains, and anonymous sessions without a note', async () => {
    const run = await simulateWithHistory(
      LOCKED_OUT.replace('refreshes: 10/s', 'refreshes: 500/s').replace(
        /thresholds.*/,
        'thresholds: [lost == 0, duplicated == 0]',
      ),
    );
    const { effects } = run.seen;
    expect(falsePasses(passed(run))).toEqual([]);
    expect(falsePasses(passed(run, { killed: true }))).toEqual(['a process of the target was killed']);
    expect(falsePasses(passed(run, { anonymous: 1 }))).toEqual([
      '1 were let in without an identity, and no note says so',
    ]);
    expect(falsePasses(passed(run, { ids: effects - 1 })).join()).toMatch(/ids had an effect.*duplicated == 0: /);
    expect(falsePasses(passed(run, { effects: effects - 500, ids: effects - 500 })).join()).toMatch(
      / effects, but .*lost == 0: /,
    );
  });

  test('find attempts and commands that hang when the run ends', async () => {
    const hung = await simulateWithHistory(`
name: hung
duration: 12s
target: { embedded: { capacity: { handshakes: 200/s } } }
clients: { count: 20, arrive: { over: 10s }, connectTimeout: 59s, commands: { rate: 1/s, ackTimeout: 1m } }
faults: [{ at: 6s, for: 1h, gateway: { capacity: 0% } }, { at: 6s, for: 1h, link: stall }]
thresholds: [failures(handshake) == 0, max(handshake) < 9s, failed(attempts) == 0, failed(commands) == 0, failures(command) == 0, lost == 0]
`);
    expect(hung.summary.verdict).toBe('inconclusive');
    const flaws = falsePasses(passed(hung));
    expect(flaws.map((flaw) => flaw.split(':')[0])).toEqual(
      hung.summary.thresholds.map(({ expression }) => expression),
    );
  });
});
