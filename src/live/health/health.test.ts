import { describe, expect, test } from 'vitest';
import { measured } from '../../testing/measured.ts';
import { evaluateHealth, type HealthFacts } from './health.ts';

const interval = (loopDelayP99Ms: number, delayedAttempts: number, delayedRequests = 0, delayedJoinRequests = 0) => ({
  histograms: {},
  loopDelayP99Ms,
  wallErrorMs: 0,
  endLateMs: 0,
  delayedAttempts,
  delayedRequests,
  delayedJoinRequests,
  renewed: [],
  faults: {},
  ownProcess: null,
});

const CALM: HealthFacts = {
  workers: 2,
  maxLatenessP99Ms: 50,
  measurements: measured({ elapsedMs: 1000, latenciesMs: { lateness: [1, 2, 3] } }),
  intervals: [interval(4, 0), interval(9, 0)],
  cpuSeconds: 1.5,
  rssBytes: 7,
  targetStarved: 0,
};

describe('the generator', () => {
  test('that kept up is healthy, and tells the worst of its workers', () => {
    expect(evaluateHealth(CALM)).toEqual({
      workers: 2,
      latenessP99Ms: expect.closeTo(3, 1) as number,
      loopDelayP99Ms: 9,
      cpuSeconds: 1.5,
      rssBytes: 7,
      droppedStarts: 0,
      saturated: false,
      reasons: [],
      targetStarved: 0,
      unbounded: false,
    });
  });

  test('that has workers in processes of their own counts what these use', () => {
    const [first, second] = CALM.intervals;
    const intervals = [{ ...first!, ownProcess: { cpuSeconds: 2, rssBytes: 100 } }, second!];
    expect(evaluateHealth({ ...CALM, intervals })).toMatchObject({ cpuSeconds: 3.5, rssBytes: 107 });
  });

  test('that has measured nothing yet is healthy', () => {
    const health = evaluateHealth({ ...CALM, measurements: measured({ elapsedMs: 1 }), intervals: [] });
    expect(health).toMatchObject({ latenessP99Ms: 0, loopDelayP99Ms: 0, saturated: false });
  });

  test('that ended the run late is saturated, and nothing bounds what that changed', () => {
    const [first, second] = CALM.intervals;
    const health = evaluateHealth({ ...CALM, intervals: [first!, { ...second!, endLateMs: 1234 }] });
    expect(health).toMatchObject({ saturated: true, unbounded: true });
    expect(health.reasons).toEqual([
      'the generator ended the run 1234 ms late, where 50 ms is the limit (generator.maxLateness): how the clients stood at its end is not known',
    ]);
  });

  test('that ran late says how late, and the limit; the verdict considers it', () => {
    const late = measured({ elapsedMs: 1000, latenciesMs: { lateness: [200, 200, 200] } });
    const health = evaluateHealth({ ...CALM, measurements: late });
    expect(health.saturated).toBe(true);
    expect(health.reasons).toEqual([
      'the generator ran late: 1 % of its events by more than 200.1 ms, where 50 ms is the limit (generator.maxLateness)',
    ]);
    expect(health.unbounded).toBe(false);
  });

  test('that ran late exactly by the limit kept up', () => {
    const measurements = measured({ elapsedMs: 1000, latenciesMs: { lateness: [30] } });
    const maxLatenessP99Ms = measurements.timings.lateness.quantileMs(0.99) ?? NaN;
    expect(evaluateHealth({ ...CALM, measurements, maxLatenessP99Ms }).saturated).toBe(false);
  });

  test('that ran out of descriptors or ports, or was held back by the rate cap, is saturated', () => {
    const measurements = measured({ elapsedMs: 1000, failures: { handshake: { 'local-limit': 3, refused: 9 } } });
    const health = evaluateHealth({ ...CALM, measurements, intervals: [interval(0, 4, 7, 2), interval(0, 5)] });
    expect(health).toMatchObject({ saturated: true, droppedStarts: 3, unbounded: true });
    expect(health.reasons).toEqual([
      '3 attempts could not begin: this machine had no descriptor or port left',
      '9 attempts were held back by the rate cap for foreign hosts (target.rate)',
      '7 token requests were held back by the rate cap for foreign hosts (target.rate)',
      '2 requests before a join were held back by the rate cap for foreign hosts (target.rate)',
    ]);
  });
});
