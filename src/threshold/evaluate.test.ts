import { describe, expect, it } from 'vitest';
import { parseScenario } from '../threshold/load-scenario.ts';
import { analyse } from '../storm/analyse.ts';
import { measured, type Script } from '../testing/measured.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import { evidenceOf } from './evidence.ts';
import { parseExpression } from './expression.ts';

function evaluated(text: string, script: Script): Evaluation {
  const measurements = measured(script);
  return evaluate(parseExpression(text), { measurements, storms: analyse(measurements, SCENARIO) });
}

/** 1000 events after an instant, the same number in each of these seconds. */
function back(atMs: number, seconds: number): readonly (readonly [number, number])[] {
  return Array.from({ length: seconds }, (_, n) => [atMs + 1000 * (n + 1), 1000 / seconds]);
}

const SCENARIO = parseScenario('duration: 60s\nclients: { count: 1000 }', 'evaluate.yaml');
const EMPTY: Script = { elapsedMs: 60_000 };

/** 1000 clients arrive, are dropped at 20 s, and come back in 10 s. */
const BUSY: Script = {
  elapsedMs: 60_000,
  planned: 1000,
  series: {
    attempts: [
      [0, 1000],
      [20_000, 900],
      [25_000, 600],
      [29_900, 500],
    ],
    arrivals: [[0, 1000]],
    attemptsFailed: [[20_500, 1000]],
    ready: [
      [100, 1000],
      [25_000, 500],
      [29_900, 500],
    ],
    stateReady: [
      [100, 1000],
      [20_000, -1000],
      [25_000, 490],
    ],
    stateRenewing: [[29_900, 500]],
    lostClosed: [[20_000, 600]],
    lostDropped: [[20_000, 400]],
    recovered: [
      [25_000, 500],
      [29_900, 500],
    ],
    stopped: [[26_000, 10]],
    refreshes: [[5000, 40]],
    refreshFailedStatus: [[5000, 6]],
    refreshFailedTimeout: [[5000, 4]],
    conditionForbidden: [
      [5000, 7],
      [6000, -3],
      [7000, 2],
    ],
    conditionLoggedOut: [[26_000, 10]],
  },
  latenciesMs: { handshake: [100, 200, 300, 400], recovery: [5000, 9900], revocation: [80] },
  failures: {
    handshake: { 'http-503': 12 },
    refresh: { 'http-503': 6, timeout: 4 },
    revocation: { 'never-closed': 3 },
  },
  counts: { exposureMs: 2500, loopingReconnect: 5, loopingRefresh: 15, silent: 4, silenceMs: 8000 },
  ledger: {
    due: 250,
    skipped: 30,
    waiting: 20,
    sent: 200,
    acknowledged: 190,
    gaveUp: 10,
    lost: 4,
    unexpected: 6,
    duplicated: 3,
  },
  reported: {
    wasted: 26,
    unauthorizedBeforeAuth: 1,
    unauthorizedExpired: 2,
    unauthorizedRevoked: 3,
    unauthorizedForbidden: 4,
    anonymous: 6,
    downgraded: 7,
    loggedOutByReuse: 50,
  },
};

/** 1000 clients are dropped at 20 s, and none comes back. */
const DROPPED: Omit<Script, 'elapsedMs'> = {
  series: { attempts: [[20_000, 1000]], lostClosed: [[20_000, 1000]] },
};

function times(n: number, ms: number): readonly number[] {
  return Array.from({ length: n }, () => ms);
}

describe('evaluate', () => {
  it.each([
    ['p50(handshake) < 250ms', Infinity, false],
    ['p50(handshake.ok) < 250ms', 200, true],
    ['p25(handshake) < 450ms', 400, true],
    ['p26(handshake) > 2s', Infinity, true],
    ['max(handshake) < 400ms', Infinity, false],
    ['max(handshake.ok) < 400ms', 400, false],
    ['min(handshake) >= 99ms', 100, true],
    ['mean(handshake) <= 251ms', Infinity, false],
    ['mean(handshake.ok) <= 251ms', 250, true],
    ['count(handshake) == 4', 4, true],
    ['count(command) == 0', 0, true],
    ['failures(handshake) < 12', 12, false],
    ['failures(handshake) <= 75%', 0.75, true],
    ['peak(attempts) < 1000/s', 1000, false],
    ['peak(reconnects) <= 900/s', 900, true],
    ['peak(lost) < 500/s', 1000, false],
    ['peak(refresh-failed) == 600/m', 10, true],
    ['total(attempts) == 3k', 3000, true],
    ['total(reconnects) == 2k', 2000, true],
    ['total(skipped) == 0', 0, true],
    ['t50(recovery) < 15s', 5100, true],
    ['t100(recovery) < 5s', 9900, false],
    ['failed(attempts) < 50%', 1 / 3, true],
    ['failed(attempts) == 1000', 1000, true],
    ['failed(refreshes) < 10', 10, false],
    ['failed(commands) == 40', 40, true],
    ['failed(commands) < 16%', 0.16, false],
    ['due == 250', 250, true],
    ['skipped == 0', 30, false],
    ['skipped <= 12%', 0.12, true],
    ['sent == 200', 200, true],
    ['acknowledged >= 95%', 0.95, true],
    ['acknowledged == 95%', 0.95, true],
    ['lost == 0', 4, false],
    ['unexpected < 3%', 0.03, false],
    ['duplicated == 0', 3, false],
    ['ready >= 99%', 0.99, true],
    ['ready > 990', 990, false],
    ['stopped < 1%', 0.01, false],
    ['wasted < 30', 26, true],
    ['exposure < 5s', 2500, true],
    ['storms == 1', 1, true],
    ['outlived == 0', 0, true],
    ['amplification <= 2', 2, true],
    ['echo == 0', 0, true],
    ['most(forbidden) == 7', 7, true],
    ['most(logged-out) < 1%', 0.01, false],
    ['most(expired) == 0', 0, true],
    ['most(refresh-failing) == 0', 0, true],
    ['loops == 0', 20, false],
    ['loops(reconnect) <= 0.5%', 0.005, true],
    ['loops(refresh) == 15', 15, true],
    ['silent == 0', 4, false],
    ['silence < 10s', 8000, true],
    ['p99(revocation.ok) < 2s', 80, true],
    ['p99(revocation) < 2s', Infinity, false],
    ['failures(revocation) == 0', 3, false],
    ['unauthorized <= 5%', 0.05, true],
    ['unauthorized(before-auth) == 1', 1, true],
    ['unauthorized(expired) == 2', 2, true],
    ['unauthorized(revoked) == 3', 3, true],
    ['unauthorized(forbidden) == 4', 4, true],
    ['anonymous == 6', 6, true],
    ['downgraded == 0', 7, false],
    ['logged-out-by-reuse <= 5%', 0.05, true],
  ])('evaluates %s over a run', (text, value, ok) => {
    const evaluation = evaluated(text, BUSY);
    expect(evaluation).toMatchObject({ expression: text, ok });
    const relative = value === Infinity ? Number(evaluation.value === Infinity) : evaluation.value! / (value || 1);
    expect(relative).toBeCloseTo(value === 0 ? 0 : 1, 2);
  });

  it('reads the echo as the highest later storm over the first', () => {
    // All are dropped at 10, 30 and 50 s, and come back over one second, two and four.
    const all = [...back(10_000, 1), ...back(30_000, 2), ...back(50_000, 4)];
    const lost = [10_000, 30_000, 50_000].map((atMs) => [atMs, 1000] as const);
    const script: Script = {
      elapsedMs: 60_000,
      planned: 1000,
      series: {
        attempts: [[0, 1000], ...all],
        arrivals: [[0, 1000]],
        ready: [[100, 1000], ...all],
        stateReady: [[100, 1000], ...all, ...lost.map(([atMs, n]) => [atMs, -n] as const)],
        lostClosed: lost,
        recovered: all,
      },
    };
    expect(evaluated('storms == 3', script)).toMatchObject({ value: 3 });
    expect(evaluated('echo < 0.4', script)).toMatchObject({ value: 0.5, ok: false });
  });

  it.each([
    'p99(handshake) < 2s',
    'min(recovery) < 2s',
    'mean(command) < 2s',
    'failures(refresh) == 0',
    'peak(attempts) < 500/s',
    'total(lost) == 0',
    't95(recovery) < 15s',
    'failed(attempts) == 0',
    'failed(refreshes) < 5%',
    'failed(commands) == 0',
    'acknowledged > 90%',
    'lost == 0',
    'unexpected == 0',
    'duplicated == 0',
    'ready >= 0%',
    'stopped == 0',
    'wasted == 0',
    'exposure == 0s',
    'storms == 0',
    'outlived == 0',
    'spike < 10',
    'amplification < 3',
    'echo < 1',
    'most(forbidden) == 0',
    'loops == 0',
    'loops(refresh) == 0',
    'silent == 0',
    'silence == 0s',
    'p99(revocation) < 2s',
    'unauthorized == 0',
    'anonymous == 0',
    'downgraded == 0',
    'logged-out-by-reuse == 0',
  ])('has no data for %s, and no pass, where nothing was tried', (text) => {
    expect(evaluated(text, EMPTY)).toEqual({
      expression: text,
      value: null,
      intended: null,
      ok: null,
      text: 'no data',
      open: null,
    });
  });

  it.each([
    'lost == 0',
    'duplicated == 0',
    'unexpected == 0',
    'wasted == 0',
    'unauthorized == 0',
    'unauthorized(revoked) == 0',
    'anonymous == 0',
    'downgraded == 0',
    'logged-out-by-reuse == 0',
  ])('has no data for %s where only the gateway could know', (text) => {
    const unknown = { sent: 5, lost: null, duplicated: null, unexpected: null };
    expect(evaluated(text, { elapsedMs: 1000, series: { attempts: [1] }, ledger: unknown }).ok).toBeNull();
  });

  it('adds the number of failures to a quantile', () => {
    expect(evaluated('p50(handshake) < 2s', BUSY).text).toBe('longer than any limit: 12 of 16 failed');
    expect(evaluated('p20(handshake) < 2s', BUSY).text).toBe('400ms (12 of 16 failed)');
    expect(evaluated('p50(handshake.ok) < 2s', BUSY).text).toBe('200ms (12 failed and are not in it)');
    const none = { elapsedMs: 1000, failures: { handshake: { refused: 3 } } };
    expect(evaluated('p50(handshake) < 2s', none)).toMatchObject({
      ok: false,
      text: 'longer than any limit: 3 of 3 failed',
    });
    expect(evaluated('p50(handshake.ok) < 2s', none)).toMatchObject({
      ok: null,
      text: 'no data (3 failed and are not in it)',
    });
  });

  describe('with unfinished attempts at the end of the run', () => {
    const ages = [1200, 1500, 20];
    const hung: Script = {
      elapsedMs: 60_000,
      series: { attempts: [[0, 10]], attemptsFailed: [[0, 1]], refreshes: [[0, 10]] },
      latenciesMs: {
        handshake: [10, 20, 30, 40, 5000],
        refresh: [10, 20, 30, 40, 5000],
        command: [10, 20, 30, 40, 5000],
      },
      unfinishedMs: { handshake: ages, refresh: ages, command: ages },
      failures: { handshake: { refused: 1 } },
      ledger: { due: 8, sent: 7, waiting: 1, acknowledged: 5, inFlight: 2, lost: 0, unexpected: 0 },
    };

    it.each([
      ['max(command) < 6s', null, 'not yet after 5s (3 unfinished)'],
      ['max(command) < 5s', false, 'not yet after 5s (3 unfinished)'],
      ['p80(command) < 6s', null, 'not yet after 1.5s (3 unfinished)'],
      ['p75(command) < 6s', true, '1.2s to 5s (3 unfinished)'],
      ['p75(command) < 4s', null, '1.2s to 5s (3 unfinished)'],
      ['p50(command) < 1s', true, '30ms (3 unfinished)'],
      ['failures(command) == 0', null, '0 to 2 (2 unfinished for 1 s or more)'],
      ['failures(command) < 1%', null, '0% to 25% (2 unfinished for 1 s or more)'],
      ['failures(command) < 50%', true, '0% to 25% (2 unfinished for 1 s or more)'],
      ['failures(handshake) == 0', false, '1 to 3 (2 unfinished for 1 s or more)'],
      ['failures(handshake) <= 1', null, '1 to 3 (2 unfinished for 1 s or more)'],
      ['failures(handshake) <= 3', true, '1 to 3 (2 unfinished for 1 s or more)'],
      ['failures(handshake) >= 1', true, '1 to 3 (2 unfinished for 1 s or more)'],
      ['failures(handshake) > 3', false, '1 to 3 (2 unfinished for 1 s or more)'],
      ['failures(handshake) != 4', true, '1 to 3 (2 unfinished for 1 s or more)'],
      ['failed(attempts) <= 1', null, '1 to 3 (2 unfinished for 1 s or more)'],
      ['failed(refreshes) == 0', null, '0 to 2 (2 unfinished for 1 s or more)'],
      ['failed(commands) == 0', null, '0 to 2 (2 unfinished for 1 s or more)'],
      ['lost == 0', null, '0 to 2 (2 unfinished for 1 s or more)'],
      ['unexpected == 0', null, '0 to 2 (2 unfinished for 1 s or more)'],
    ])('evaluates %s to %s: %s', (text, ok, shown) => {
      const evaluation = evaluated(text, hung);
      expect(evaluation).toMatchObject({ ok, text: shown });
      expect(evaluation.value === null).toBe(ok === null);
    });

    it.each(['max(command) < 6s', 'failures(command) == 0', 'failed(commands) == 0', 'lost == 0'])(
      'passes %s where what was under way had begun less than a second before',
      (text) => {
        expect(evaluated(text, { ...hung, unfinishedMs: { command: [20, 900] } }).ok).toBe(true);
      },
    );
  });

  describe('of an unfinished recovery', () => {
    it.each([
      ['t95(recovery) < 15s', 30_000, null],
      ['t95(recovery) < 15s', 35_000, null],
      ['t95(recovery) < 15s', 35_100, false],
      ['t95(recovery) <= 15s', 35_100, null],
      ['t95(recovery) <= 15s', 35_200, false],
      ['t95(recovery) > 15s', 30_000, null],
      ['t95(recovery) > 15s', 36_000, true],
      ['t95(recovery) >= 15s', 35_100, true],
      ['t95(recovery) == 15s', 30_000, null],
      ['t95(recovery) == 15s', 36_000, false],
      ['t95(recovery) != 15s', 30_000, null],
      ['t95(recovery) != 15s', 36_000, true],
    ])('decides %s at %i ms only as far as time has settled it', (text, elapsedMs, ok) => {
      const evaluation = evaluated(text, { ...DROPPED, elapsedMs });
      expect(evaluation.ok).toBe(ok);
      // Losses are known to 100 ms: they have lasted at least since the end of their bin.
      expect(evaluation.text).toBe(`not yet after ${(elapsedMs - 20_100) / 1000}s (1000 unfinished)`);
    });
  });

  describe('of a storm whose clients may have recovered in another order than they were lost', () => {
    const series = {
      attempts: [
        [0, 1000],
        [30_000, 900],
        [45_000, 100],
      ],
      arrivals: [[0, 1000]],
      ready: [
        [100, 1000],
        [30_400, 900],
        [45_000, 100],
      ],
      lostClosed: [
        [20_000, 100],
        [30_000, 900],
      ],
      recovered: [
        [30_400, 900],
        [45_000, 100],
      ],
    } as const;
    const calm = Array.from({ length: 1900 }, () => 100);
    const storm: Script = { elapsedMs: 60_000, planned: 1000, series };

    it('leaves open what the order decides', () => {
      const recovery = [...calm, ...times(900, 400), ...times(100, 25_000)];
      expect(evaluated('t95(recovery) < 20s', { ...storm, latenciesMs: { recovery } })).toMatchObject({
        ok: null,
        text: '15.1s to 25s',
        open: { why: 'bounds', clients: null },
      });
      expect(evaluated('t95(recovery) < 26s', { ...storm, latenciesMs: { recovery } }).ok).toBe(true);
    });

    it('is decided where the times of the whole run show the order', () => {
      const recovery = [...calm, ...times(800, 400), ...times(100, 10_400), ...times(100, 15_000)];
      expect(evaluated('t95(recovery) < 20s', { ...storm, latenciesMs: { recovery } })).toMatchObject({
        ok: true,
        text: '15s',
      });
    });
  });

  it('counts the downtime of losses that recovered within their bin', () => {
    const script: Script = {
      elapsedMs: 60_000,
      planned: 1000,
      series: {
        attempts: [
          [0, 1000],
          [20_000, 1000],
        ],
        arrivals: [[0, 1000]],
        ready: [
          [0, 1000],
          [20_090, 1000],
        ],
        lostClosed: [[20_000, 1000]],
        recovered: [[20_090, 1000]],
      },
      latenciesMs: { recovery: Array.from({ length: 1000 }, () => 90) },
    };
    expect(evaluated('downtime < 80s', script).ok).toBe(false);
    expect(evaluated('downtime < 91s', script).ok).toBe(true);
  });

  describe('of recoveries without a storm', () => {
    const few = { elapsedMs: 60_000, series: { attempts: [1000, 2000], lostClosed: [[1000, 4]] } } as const;

    it('takes the time within which this share of them finished', () => {
      const series = { ...few.series, recovered: [[1000, 4]] } as const;
      const script: Script = { ...few, series, latenciesMs: { recovery: [10, 20, 30, 40] } };
      expect(evaluated('t50(recovery) < 25ms', script).ok).toBe(true);
      expect(evaluated('t100(recovery) < 30ms', script).ok).toBe(false);
    });

    it('ranks clients that never came back after all others', () => {
      const series = { ...few.series, recovered: [[1000, 2]] } as const;
      const script: Script = { ...few, series, latenciesMs: { recovery: [10, 20] } };
      expect(evaluated('t50(recovery) < 25ms', script)).toMatchObject({ ok: true, text: '20ms (2 unfinished)' });
      expect(evaluated('t95(recovery) < 25ms', script)).toMatchObject({
        ok: false,
        text: 'not yet after 58.9s (2 unfinished)',
      });
      const over: Script = { ...script, failures: { recovery: { 'not-back': 2 } }, series };
      expect(evaluated('t95(recovery) > 2h', over)).toMatchObject({ value: Infinity, ok: true });
    });
  });
});

/** 100 clients that are dropped at 10 s, and half of them at 30 s, all of which squall was so late to connect again. */
function twoStorms(lateMs: number): Script {
  const again = [
    [10_000, 100],
    [30_000, 50],
  ] as const;
  const late = again.map(([atMs, n]) => [atMs + lateMs, n] as const);
  return {
    elapsedMs: 60_000,
    planned: 100,
    series: {
      attempts: [[0, 100], ...late],
      arrivals: [[0, 100]],
      ready: [[0, 100], ...late],
      lostDropped: again,
      recovered: late,
    },
    late: (['attempts', 'ready', 'recovered'] as const).flatMap((name) =>
      late.map(([atMs, n]) => [name, atMs, lateMs, n] as const),
    ),
  };
}

describe('a threshold of a run that lost a shard', () => {
  const measurements = measured(BUSY);
  const held = (text: string): Evaluation =>
    evaluate(
      parseExpression(text),
      { measurements, storms: analyse(measurements, SCENARIO) },
      { isPartial: true, missed: 0 },
    );

  it.each(['peak(attempts) < 500/s', 'total(lost) <= 999', 'total(attempts) == 2999'])(
    'fails where it does so whatever the clients of the shard would have done: %s',
    (text) => {
      expect(held(text)).toMatchObject({ ok: false, open: null });
    },
  );

  it.each([
    'peak(attempts) < 5000/s',
    'total(lost) == 1000',
    'stopped == 0',
    'ready < 100',
    'most(forbidden) < 5',
    'failed(attempts) < 1%',
    'count(recovery) < 10',
    't95(recovery) < 1ms',
  ])('is open where they could have passed it, or failed it: %s', (text) => {
    const { ok, open } = held(text);
    expect(ok).toBe(null);
    expect(open).toEqual({ why: 'lost', clients: null });
  });
});

describe('a threshold held against what squall cannot know', () => {
  /** 100 attempts that were meant at 10 s, and began evenly over the 4 s after it; each took 50 ms. */
  const LATE: Script = {
    elapsedMs: 60_000,
    planned: 100,
    series: { attempts: Array.from({ length: 100 }, (_, n) => 10_000 + 40 * n) },
    late: Array.from({ length: 100 }, (_, n) => ['attempts', 10_000 + 40 * n, 40 * n, 1] as const),
    latenciesMs: { handshake: Array.from({ length: 100 }, (_, n) => 50 + 40 * n), lateness: [2000] },
    onTimeMs: { handshake: Array<number>(100).fill(50) },
  };
  const held = (text: string, missed = 0, script = LATE): Evaluation => {
    const { offered, intended } = evidenceOf(measured(script), SCENARIO);
    return evaluate(parseExpression(text), offered, { intended, missed });
  };

  it.each([
    ['peak(attempts) < 75/s', null, '100/s intended, 25/s offered', { why: 'generator', clients: 66 }],
    ['peak(attempts) < 20/s', false, '100/s intended, 25/s offered', null],
    ['peak(attempts) < 101/s', true, '100/s intended, 25/s offered', null],
    ['peak(attempts) >= 26/s', null, '100/s intended, 25/s offered', { why: 'generator', clients: 98 }],
    ['total(attempts) == 100', true, '100', null],
    ['p99(handshake) < 1s', null, "50ms without squall's lateness, 3.97s with it", { why: 'generator', clients: 24 }],
    ['p99(handshake) < 40ms', false, "50ms without squall's lateness, 3.97s with it", null],
    ['p99(handshake) < 5s', true, "50ms without squall's lateness, 3.97s with it", null],
    ['min(handshake) < 1s', true, '50ms', null],
  ])('by its own lateness: %s', (text, ok, words, open) => {
    expect(held(text)).toMatchObject({ ok, text: words, open });
  });

  it('has the value of either view for machines', () => {
    expect(held('peak(attempts) < 20/s')).toMatchObject({ value: 25, intended: 100 });
    expect(held('peak(attempts) < 75/s')).toMatchObject({ value: 25, intended: 100 });
  });

  it('by nothing where the lateness is not known, as in virtual time', () => {
    const { late, ...script } = LATE;
    expect(late).toHaveLength(100);
    expect(held('peak(attempts) < 75/s', 0, script)).toMatchObject({ value: 25, intended: null, ok: true, open: null });
  });

  it('does not show a difference that nobody would see', () => {
    const script: Script = { ...LATE, late: [['attempts', 10_000, 200, 1]] };
    expect(held('peak(attempts) < 75/s', 0, script)).toMatchObject({ ok: true, text: '25/s' });
  });

  it.each(['storms == 2', 'outlived == 0', 'echo < 0.6', 'amplification < 1.1'])(
    'decides %s while squall is less late than storms are apart, and not beyond that',
    (text) => {
      expect(held(text, 0, twoStorms(600))).toMatchObject({ ok: true, open: null });
      const open = { why: 'generator', clients: null };
      expect(held(text, 0, twoStorms(1500))).toMatchObject({ ok: null, open });
    },
  );

  const ON_TIME: Script = {
    elapsedMs: 60_000,
    planned: 100,
    series: { attempts: [[10_000, 80]], arrivals: [[10_000, 80]], ready: [[10_100, 80]], stateReady: [[10_100, 80]] },
    latenciesMs: { handshake: Array.from({ length: 80 }, (_, n) => n + 1) },
  };
  const byMiss = { why: 'missed', clients: null } as const;
  it.each([
    ['peak(attempts) < 85/s', 3, true, null],
    ['peak(attempts) < 85/s', 5, null, byMiss],
    ['peak(attempts) < 80/s', 5, false, null],
    ['total(attempts) == 80', 1, null, byMiss],
    ['ready >= 75%', 5, true, null],
    ['ready >= 76%', 5, null, byMiss],
    ['p50(handshake) < 43ms', 4, true, null],
    ['p50(handshake) < 41ms', 4, null, byMiss],
    ['p50(handshake) < 38ms', 4, false, null],
    ['max(handshake) < 10m', 1, null, byMiss],
    ['min(handshake) < 2ms', 1, true, null],
    ['mean(handshake) < 10m', 1, null, byMiss],
    ['downtime < 1s', 1, null, byMiss],
    ['storms == 0', 1, null, byMiss],
  ])('by clients that faults missed: %s with %i of them', (text, missed, ok, open) => {
    expect(held(text, missed, ON_TIME)).toMatchObject({ ok, open });
  });
});
