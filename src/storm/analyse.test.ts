import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../core/fault/fault.ts';
import { AT_ONCE } from '../core/fault/planned.test.helper.ts';
import { Draws, PURPOSE } from '../core/random/draws.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { measured, type Script } from '../testing/measured.ts';
import { analyse } from './analyse.ts';

const SCENARIO = parseScenario('duration: 60s\nclients: { count: 1000 }', 'storms.yaml');

type Events = readonly (number | readonly [number, number])[];

/** n events, spread evenly over from..to. */
function even(n: number, fromMs: number, toMs: number): number[] {
  return Array.from({ length: n }, (_, i) => fromMs + ((i + 0.5) / n) * (toMs - fromMs));
}

/** n events at uniform random instants in fromMs..toMs. */
function random(n: number, fromMs: number, toMs: number, seed: number): number[] {
  const draws = new Draws(seed);
  return Array.from({ length: n }, (_, client) => fromMs + draws.unit(client, PURPOSE.arrive, 0) * (toMs - fromMs));
}

function storms(elapsedMs: number, series: Script['series'], faults: readonly Fault[] = [], planned = 1000) {
  return analyse(measured({ elapsedMs, planned, series: { attempts: [], ...series } }), { ...SCENARIO, faults });
}

/** Losses, and reconnects that succeed at once. */
function outAndBack(lost: Events, back: Events): Script['series'] {
  return { lostClosed: lost, attempts: back, recovered: back };
}

const drop = (atMs: number, spreadMs = 0): Fault => ({
  ...AT_ONCE,
  kind: 'drop',
  atMs,
  spreadMs,
  mode: { kind: 'close', code: 1012, reason: '' },
});

function minusOne(event: number | readonly [number, number]): readonly [number, number] {
  return typeof event === 'number' ? [event, -1] : [event[0], -event[1]];
}

describe('analyse', () => {
  it('finds no storm where nothing happens', () => {
    expect(storms(60_000, {})).toEqual([]);
    expect(storms(0, {})).toEqual([]);
  });

  it('finds no storm in arrivals, however crowded', () => {
    const arrivals = even(1000, 0, 500);
    expect(storms(60_000, { attempts: arrivals, arrivals, ready: arrivals })).toEqual([]);
  });

  it('finds no storm in renewals at a steady rate', () => {
    const renewals = even(2000, 0, 60_000);
    const [steady] = [storms(60_000, { attempts: renewals, lostRenewal: renewals, recovered: renewals })];
    expect(steady).toEqual([]);
  });

  it('counts the renewals in a storm apart from its other losses', () => {
    const [due, gone] = [even(500, 20_000, 22_000), even(100, 20_000, 21_000)];
    const both = [...due, ...gone];
    const series = { lostRenewal: due, lostClosed: gone, attempts: both, recovered: both };
    expect(storms(60_000, series)).toMatchObject([{ kind: 'reconnect', lost: 600, renewals: 500 }]);
    expect(storms(60_000, outAndBack(due, due))).toMatchObject([{ lost: 500, renewals: 0 }]);
  });

  it.each([1, 2, 3, 4, 5])('finds no storm in renewals at random instants (seed %i)', (seed) => {
    const at = random(2000, 0, 60_000, seed);
    expect(storms(60_000, { attempts: at, lostRenewal: at, recovered: at })).toEqual([]);
  });

  it.each([1, 2, 3, 4, 5])('finds the peak of a crowd under a uniform jitter of 5 s (oracle: seed %i)', (seed) => {
    const back = random(10_000, 20_000, 25_000, seed);
    const [storm] = storms(60_000, outAndBack([[20_000, 10_000]], back), [], 10_000);
    // The fullest of five fixed seconds has 2017 to 2103 events in 95 % of runs. A sliding window finds at least that, and
    // over its 41 positions hardly more than 4 standard deviations (40 each) above the mean.
    expect(storm!.peakPerSecond).toBeGreaterThan(2000);
    expect(storm!.peakPerSecond).toBeLessThan(2160);
    expect(storm!.t100Ms).toBe(5000);
  });

  it('measures a crowd that is spread evenly over a jitter of 5 s (oracle: mean rate N / J)', () => {
    const [storm, ...others] = storms(60_000, outAndBack([[20_000, 10_000]], even(10_000, 20_000, 25_000)), [], 10_000);
    expect(others).toEqual([]);
    expect(storm).toMatchObject({
      startMs: 20_000,
      endMs: 25_000,
      ended: true,
      peakPerSecond: 2000,
      calmPerSecond: 0,
      spikeFactor: null,
      t50Ms: 2500,
      t100Ms: 5000,
      lost: 10_000,
      recovered: 10_000,
      attemptsPerRecovery: 1,
    });
  });

  it('finds the drain of a queue: N clients at once at C a second are back after N / C', () => {
    const N = 10_000;
    const back = even(N, 30_000, 50_000);
    const [storm] = storms(60_000, { lostClosed: [[30_000, N]], attempts: [[30_000, N]], recovered: back }, [], N);
    expect(storm).toMatchObject({ peakPerSecond: N, peakAtMs: 30_000, startMs: 30_000, endMs: 49_800 });
    expect(storm).toMatchObject({ t50Ms: 10_000, t95Ms: 19_000, t99Ms: 19_800, t100Ms: 20_000 });
  });

  it('joins the waves of a backoff to one storm', () => {
    const waves = [20_000, 25_000, 30_000, 35_000];
    const attempts = waves.map((at, i) => [at, 1000 - i * 250] as const);
    const recovered = waves.map((at) => [at + 100, 250] as const);
    const found = storms(60_000, { lostClosed: [[20_000, 1000]], attempts, recovered });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ startMs: 20_000, peakAtMs: 20_000, t50Ms: 5200, t100Ms: 15_200 });
    expect(found[0]?.attemptsPerRecovery).toBe(2.5);
  });

  it('starts a storm with the losses, although the first attempt is later', () => {
    const [storm] = storms(60_000, outAndBack([[20_000, 1000]], even(1000, 23_000, 24_000)));
    expect(storm).toMatchObject({ startMs: 20_000, peakAtMs: 23_500, t100Ms: 4000 });
  });

  it('separates two storms', () => {
    const at = [20_000, 40_000];
    const lost = at.map((ms) => [ms, 1000] as const);
    const back = at.flatMap((ms) => even(1000, ms, ms + 2000));
    const found = storms(60_000, outAndBack(lost, back));
    expect(found.map(({ startMs, lost: n, t100Ms }) => ({ startMs, n, t100Ms }))).toEqual([
      { startMs: 20_000, n: 1000, t100Ms: 2000 },
      { startMs: 40_000, n: 1000, t100Ms: 2000 },
    ]);
  });

  it('compares with the calm rate outside the storm', () => {
    const calm = even(1200, 0, 60_000);
    const crowd = even(500, 30_000, 31_000);
    const [storm] = storms(60_000, outAndBack([...calm, [30_000, 500]], [...calm, ...crowd]));
    expect(storm?.calmPerSecond).toBe(20);
    expect(storm?.peakPerSecond).toBeCloseTo(520, -1);
    expect(storm?.spikeFactor).toBeCloseTo(26, 0);
  });

  it('counts clients that come back after the end of the storm', () => {
    const calm = even(600, 0, 60_000);
    const [storm] = storms(
      60_000,
      outAndBack([...calm, [20_000, 1000]], [...calm, ...even(995, 20_000, 22_000), ...even(5, 40_000, 45_000)]),
    );
    expect(storm!.endMs).toBeLessThan(23_000);
    expect(storm!.t95Ms).toBeLessThanOrEqual(2000);
    expect(storm!.t100Ms).toBeGreaterThan(20_000);
    expect(storm!.t100Ms).toBeLessThanOrEqual(25_000);
  });

  it('finds an outage where no client reconnects', () => {
    const [outage, ...others] = storms(60_000, { lostExpired: even(1000, 20_000, 30_000) });
    expect(others).toEqual([]);
    expect(outage).toMatchObject({ kind: 'outage', startMs: 20_000, endMs: 60_000, ended: false, lost: 1000 });
    expect(outage).toMatchObject({ notBack: 1000, peakPerSecond: 0, spikeFactor: null, t50Ms: null });
  });

  it('finds an outage where all lost clients stop at once', () => {
    const stop = [[20_000, 1000]] as const;
    const [outage, ...others] = storms(60_000, { lostClosed: stop, abandoned: stop, stopped: stop });
    expect(others).toEqual([]);
    expect(outage).toMatchObject({ kind: 'outage', startMs: 20_000, ended: true, lost: 1000, notBack: 1000 });
  });

  it('finds no outage in slow renewals whose attempts begin at once', () => {
    const lost = even(2000, 0, 60_000);
    const series = { lostRenewal: lost, attempts: lost, recovered: lost.map((at) => at + 2000) };
    expect(storms(60_000, series)).toEqual([]);
  });

  it('finds an outage in single losses whose attempts begin at once and hang', () => {
    const lost = even(60, 20_000, 58_000);
    const [outage, ...others] = storms(60_000, { lostExpired: lost, attempts: lost }, [], 60);
    expect(others).toEqual([]);
    expect(outage).toMatchObject({ kind: 'outage', notBack: 60, ended: false });
  });

  it.each([1, 3, 9])('finds an outage in a population of %i that never comes back', (all) => {
    const lost = [[20_000, all]] as const;
    const attempts = [20_000, 25_000, 30_000, 40_000].map((at) => [at, all] as const);
    expect(storms(60_000, { lostClosed: lost, attempts }, [], all)).toMatchObject([{ lost: all, notBack: all }]);
    expect(storms(60_000, { lostClosed: lost, abandoned: lost, stopped: lost }, [], all)).toMatchObject([
      { lost: all },
    ]);
  });

  it.each([1, 3])('finds nothing in a population of %i that renews by reconnect', (all) => {
    const lost = [10_000, 20_000, 30_000].map((at) => [at, all] as const);
    const back = lost.map(([at, n]) => [at + 900, n] as const);
    expect(storms(60_000, outAndBack(lost, back), [], all)).toEqual([]);
  });

  /** Clients arrive evenly; those of the first 20 s get in, and the given number of the others. */
  const arriving = (attempts: Events, later: Events = [], stopped: Events = []) => {
    const arrivals = even(6000, 0, 120_000);
    const ready = [...even(1000, 0, 20_000), ...later];
    const series = {
      arrivals,
      attempts: [...arrivals, ...attempts],
      ready,
      stopped,
      stateConnecting: arrivals,
      stateReady: ready,
    } satisfies Script['series'];
    // A ready client is no longer connecting, and the sum over all states must not count it twice.
    const states = { ...series, stateConnecting: [...arrivals, ...ready.map(minusOne)] };
    return storms(120_000, states, [drop(20_000)], 6000);
  };

  it('finds a storm in newcomers that never get in, and calls it self-sustaining', () => {
    const [storm, ...others] = arriving(even(20_000, 30_000, 120_000));
    expect(others).toEqual([]);
    expect(storm).toMatchObject({ kind: 'reconnect', lost: 0, notBack: 0, neverReady: 4000, ended: false });
    expect(storm?.selfSustaining).toMatchObject({ after: 'fault', drainsBelow: null });
  });

  it('finds an outage in newcomers that give up', () => {
    const [storm, ...others] = arriving([], [], even(4500, 25_000, 120_000));
    expect(others).toEqual([]);
    expect(storm).toMatchObject({ kind: 'outage', lost: 0, ended: false });
    expect(storm!.neverReady).toBeGreaterThan(3900);
  });

  it('finds nothing in newcomers that get in after a while', () => {
    expect(arriving([], even(5000, 20_000, 120_000))).toEqual([]);
  });

  it('measures spread losses from their own instants, and from the start', () => {
    const lost = even(1000, 20_000, 50_000);
    const [storm] = storms(
      60_000,
      outAndBack(
        lost.map((at) => [at, 1] as const),
        lost.map((at) => at + 900),
      ),
    );
    expect(storm!.t95Ms).toBeGreaterThan(29_000);
    expect(storm!.own).toMatchObject({ t50Ms: 1000, t95Ms: 1000, t100Ms: 1000 });
  });

  it('measures a single loss equally in both ways', () => {
    const back = random(1000, 20_000, 25_000, 1);
    const [storm] = storms(60_000, outAndBack([[20_000, 1000]], back));
    const { t50Ms, t95Ms, t99Ms, t100Ms } = storm!;
    expect(storm!.own).toMatchObject({ t50Ms, t95Ms, t99Ms, t100Ms });
  });

  const failing = (requests: Events, answered: Events = [], until = 120_000, more: Script['series'] = {}) =>
    storms(until, {
      ...more,
      ready: [[0, 1000]],
      refreshes: [[10_000, 1000], ...requests],
      refreshed: [...even(300, 10_000, 13_000), ...answered],
      conditionRefreshFailing: [[13_000, 700]],
    });

  it('finds a storm on the token service, whose retries keep it alive', () => {
    const [storm, ...others] = failing(even(25_000, 20_000, 120_000));
    expect(others).toEqual([]);
    expect(storm).toMatchObject({ kind: 'refresh', startMs: 13_000, endMs: 120_000, ended: false, failing: 700 });
    expect(storm?.selfSustaining).toMatchObject({ after: 'due', afterMs: 107_000 });
    expect(storm!.selfSustaining!.attemptsPerSecond).toBeCloseTo(250, 0);
  });

  it('orders a storm on the token service by its start', () => {
    const later = outAndBack([[60_000, 1000]], even(1000, 60_000, 62_000));
    const found = failing(even(25_000, 20_000, 120_000), [], 120_000, later);
    expect(found.map(({ kind }) => kind)).toEqual(['refresh', 'reconnect']);
  });

  it.each<[string, Events, Events?, number?]>([
    ['while it may still drain', even(25_000, 20_000, 120_000), [], 70_000],
    ['where requests are answered', even(25_000, 20_000, 120_000), even(5000, 60_000, 120_000)],
    ['where requests have stopped', []],
  ])('finds no storm on the token service %s', (_what, requests, answered, until) => {
    expect(failing(requests, answered, until)).toEqual([]);
  });

  it('has no time for all clients when some stopped', () => {
    const [storm] = storms(60_000, {
      lostClosed: [[20_000, 1000]],
      attempts: [[20_000, 1000]],
      recovered: [[21_000, 960]],
      abandoned: [[22_000, 40]],
    });
    expect(storm).toMatchObject({ ended: true, t95Ms: 1100, t99Ms: null, t100Ms: null, notBack: 40 });
    expect(storm?.own).toMatchObject({ t95Ms: 1100, t99Ms: null, t100Ms: null });
  });

  it('has no recovery times and no end when no client comes back', () => {
    const attempts = even(8000, 20_000, 60_000);
    const [storm, ...others] = storms(60_000, { lostClosed: [[20_000, 1000]], attempts }, [drop(20_000)]);
    expect(others).toEqual([]);
    expect(storm).toMatchObject({ startMs: 20_000, endMs: 60_000, ended: false, t50Ms: null, t100Ms: null });
    expect(storm).toMatchObject({ attemptsPerRecovery: null, recovered: 0, outlivedCause: true });
  });

  it.each([
    { what: 'ends with its cause', lastsMs: 5000, spreadMs: 5000, outlived: false },
    { what: 'lasts less than 10 s longer', lastsMs: 9000, spreadMs: 0, outlived: false },
    { what: 'lasts 15 s longer', lastsMs: 15_000, spreadMs: 0, outlived: true },
    { what: 'lasts 15 s longer than a cause of 20 s', lastsMs: 35_000, spreadMs: 20_000, outlived: false },
  ])('decides whether the storm outlived its cause when it $what', ({ lastsMs, spreadMs, outlived }) => {
    const attempts = even(lastsMs, 20_000, 20_000 + lastsMs);
    const lost = [[20_000, 1000]] as const;
    const recovered = [[20_000 + lastsMs - 50, 1000]] as const;
    const [storm] = storms(80_000, { lostClosed: lost, attempts, recovered }, [drop(20_000, spreadMs)]);
    expect(storm?.outlivedCause).toBe(outlived);
  });

  /** 1000 arrive at 50/s, all are dropped at 30 s, the first 500 return at 50/s, and the others go on to 130 s. */
  const onAndOn = (attempts: Events, back: Events = []) => {
    const arrivals = even(1000, 0, 20_000);
    const first = even(500, 30_000, 40_000);
    const series = {
      arrivals,
      attempts: [...arrivals, [30_000, 1000] as const, ...attempts],
      lostClosed: [[30_000, 1000]],
      ready: [...arrivals, ...first, ...back],
      recovered: [...first, ...back],
    } as const;
    const found = storms(130_000, series, [drop(30_000)]);
    expect(found).toHaveLength(1);
    return found[0]!.selfSustaining;
  };

  it("finds a storm self-sustaining that exceeds the gateway's capacity while no client gets in", () => {
    expect(onAndOn(even(12_000, 50_000, 130_000))).toEqual({
      after: 'fault',
      afterMs: 100_000,
      attemptsPerSecond: 150,
      capacityPerSecond: null,
      drainsBelow: null,
    });
  });

  it('uses the average over the waves of a self-sustaining storm', () => {
    const waves = [50_000, 75_000, 100_000, 125_000].map((at) => [at, 3750] as const);
    expect(onAndOn(waves)?.attemptsPerSecond).toBe(150);
  });

  it.each<[string, Events, Events?]>([
    ['one that drains, however many attempts are refused', even(12_000, 50_000, 130_000), even(450, 50_000, 130_000)],
    ['one with fewer attempts than the gateway has handled before', even(3200, 50_000, 130_000)],
    ['one that is over', even(4000, 50_000, 90_000), even(500, 85_000, 90_000)],
  ])('does not call self-sustaining %s', (_what, attempts, back) => {
    expect(onAndOn(attempts, back)).toBeNull();
  });

  it('does not call a storm self-sustaining in the first minute after its cause', () => {
    const attempts = even(30_000, 20_000, 79_000);
    const [storm] = storms(79_000, { lostClosed: [[20_000, 1000]], attempts }, [drop(20_000)]);
    expect(storm).toMatchObject({ ended: false, outlivedCause: true, selfSustaining: null });
  });

  it('takes the losses as the cause of a storm without a fault', () => {
    const lost = even(1000, 20_000, 40_000);
    const attempts = even(20_000, 20_000, 45_000);
    const [storm] = storms(60_000, { lostExpired: lost, attempts, recovered: [[44_900, 1000]] });
    expect(storm?.outlivedCause).toBe(false);
  });

  it('has consistent figures for any curves', () => {
    const events = fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.nat(300)), { maxLength: 12 });
    fc.assert(
      fc.property(events, events, events, fc.integer({ min: 0, max: 20_000 }), (lost, back, more, elapsedMs) => {
        const found = storms(elapsedMs, { lostClosed: lost, attempts: [...back, ...more], recovered: back });
        let previousEnd = 0;
        for (const storm of found) {
          expect(storm.startMs).toBeGreaterThanOrEqual(previousEnd);
          expect(storm.endMs).toBeGreaterThan(storm.startMs);
          expect(storm.endMs).toBeLessThanOrEqual(elapsedMs);
          expect(storm.kind === 'outage' || storm.peakPerSecond > (storm.calmPerSecond ?? 0)).toBe(true);
          const times = [storm.t50Ms, storm.t95Ms, storm.t99Ms, storm.t100Ms].map((ms) => ms ?? Infinity);
          expect(times).toEqual(times.toSorted((a, b) => a - b));
          const own = [storm.own.t50Ms, storm.own.t95Ms, storm.own.t99Ms, storm.own.t100Ms].map((ms) => ms ?? Infinity);
          expect(own).toEqual(own.toSorted((a, b) => a - b));
          previousEnd = storm.endMs;
        }
      }),
    );
  });
});
