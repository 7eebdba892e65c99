import { describe, expect, it } from 'vitest';
import { scenarioOf, simulated } from '../testing/simulated.ts';

const STORM = `
duration: 10s
target: { embedded: { capacity: { handshakes: 100/s } } }
tokens: { lifetime: 10m, issued: together }
clients: { count: 200, arrive: { over: 3s } }
faults: [{ at: 5s, drop: { code: 1012 } }]
`;

describe('simulate', () => {
  it('reports each second, the faults, and its end', async () => {
    const { outcome, events, intervals, progress } = await simulated(scenarioOf(STORM));
    expect(intervals.map(({ startMs, endMs }) => [startMs, endMs])).toEqual(
      Array.from({ length: 10 }, (_, second) => [1000 * second, 1000 * (second + 1)]),
    );
    expect(progress.map(({ measurements }) => measurements.elapsedMs)).toEqual(intervals.map(({ endMs }) => endMs));
    expect(events.map(({ atMs, kind }) => [atMs, kind])).toEqual([
      [0, 'phase'],
      [5000, 'fault-begin'],
      [5000, 'fault-end'],
      [10_000, 'phase'],
    ]);
    expect(outcome).toMatchObject({ ended: 'completed', unreachable: false, measurements: { elapsedMs: 10_000 } });
    expect(outcome.generator).toMatchObject({ saturated: false, cpuSeconds: 0 });
  });

  it('reports the last part of a second of a run', async () => {
    const { outcome, intervals } = await simulated(scenarioOf(STORM, 'duration=6400ms'));
    expect(intervals.at(-1)).toMatchObject({ startMs: 6000, endMs: 6400 });
    expect(outcome.measurements.elapsedMs).toBe(6400);
  });

  it('ends when its signal aborts, with complete results up to then', async () => {
    const stop = new AbortController();
    const { outcome, events, intervals } = await simulated(scenarioOf(STORM), {
      signal: stop.signal,
      onProgress: ({ measurements }) => {
        if (measurements.elapsedMs === 4000) stop.abort();
      },
    });
    expect(outcome.ended).toBe('interrupted');
    expect(outcome.measurements.elapsedMs).toBeGreaterThanOrEqual(4000);
    expect(outcome.measurements.elapsedMs).toBeLessThan(10_000);
    expect(intervals.at(-1)!.endMs).toBe(outcome.measurements.elapsedMs);
    expect(events.map(({ kind }) => kind)).toContain('interrupted');
    expect(outcome.measurements.curves.total('ready')).toBe(200);
  });

  it('ends as soon as a threshold that may abort it fails', async () => {
    const text = `${STORM}\nthresholds: [{ expression: peak(attempts) < 100/s, abort: true }]`;
    const { outcome, events } = await simulated(scenarioOf(text));
    expect(outcome.ended).toBe('aborted');
    expect(outcome.measurements.elapsedMs).toBeGreaterThan(5000);
    expect(outcome.measurements.elapsedMs).toBeLessThan(10_000);
    expect(events.find(({ kind }) => kind === 'aborted')!.message).toContain('peak(attempts) < 100/s');
  });

  it('reports that no client was ever answered', async () => {
    const { outcome } = await simulated(scenarioOf(STORM, 'model.loss=100%'));
    expect(outcome.unreachable).toBe(true);
  });

  it('gives other figures for another seed, and the same for the same seed', async () => {
    const [first, again, other] = await Promise.all(
      [7, 7, 8].map((seed) => simulated(scenarioOf(STORM, `seed=${seed}`))),
    );
    expect(again!.intervals.map(({ histograms }) => histograms)).toEqual(
      first!.intervals.map(({ histograms }) => histograms),
    );
    expect(other!.intervals.map(({ histograms }) => histograms)).not.toEqual(
      first!.intervals.map(({ histograms }) => histograms),
    );
  });

  it('fails when virtual time does not advance', async () => {
    const sets = ['model.connections=1', 'clients.backoff={ growth: fixed, base: 0s }', 'clients.count=3'];
    await expect(simulated(scenarioOf(STORM, ...sets))).rejects.toThrow(
      'simulated: model.latency: virtual time does not get past 1000 ms',
    );
  });
});
