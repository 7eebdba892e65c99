import { describe, expect, it } from 'vitest';
import { scrape } from '../testing/openmetrics-rules.ts';
import { measured } from '../testing/measured.ts';
import { scriptedRun } from '../testing/scripted-run.ts';
import { HOSTILE } from '../testing/scripted-summary.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { openMetrics } from './openmetrics.ts';

const run = scriptedRun(500);
const { progress } = run.advance(run.scenario.durationMs);
const { curves, timings } = progress.measurements;
const { types, samples } = scrape(openMetrics(run.scenario, 'live', progress));

describe('the metrics of a run', () => {
  it('keep the rules of OpenMetrics, and are named after squall', () => {
    expect(types.size).toBeGreaterThan(40);
    expect([...types.keys()].every((name) => name.startsWith('squall_'))).toBe(true);
  });

  it('count events by their labels', () => {
    expect(samples.get('squall_attempts_total')).toBe(curves.total('attempts'));
    expect(samples.get('squall_connections_lost_total{cause="closed"}')).toBe(curves.total('lostClosed'));
    expect(samples.get('squall_clients{state="ready"}')).toBe(curves.total('stateReady'));
    expect(samples.get('squall_fault_hits_total{fault="0",label="drop 1012"}')).toBe(497);
  });

  it.each([
    ['target: { url: "ws://127.0.0.1:9" }', 'live', 'minted', 'http-101', 'Renewals by tokens that squall minted'],
    [
      `target: { url: "ws://127.0.0.1:9", protocol: squall }
users: { file: users.csv }
tokens: { carrier: message, source: { file: { access: '{user.access}' } } }`,
      'live',
      'none',
      'authenticated',
      'Renewals that were due and asked nobody',
    ],
    ['', 'live', 'endpoint', 'authenticated', 'Tokens asked for, of a token endpoint'],
    ['target: { url: "ws://127.0.0.1:9" }', 'sim', 'endpoint', 'authenticated', 'Tokens asked for'],
  ] as const)('say where tokens come from, and what ready means: %j, %s', (yaml, world, tokens, ready, help) => {
    const scenario = parseScenario(`duration: 30s\nclients: { count: 5 }\n${yaml}`, 'a.yaml');
    const text = openMetrics(scenario, world, progress);
    expect(() => scrape(text)).not.toThrow();
    expect(text).toMatch(new RegExp(`^squall_run_info\\{.*tokens="${tokens}",ready="${ready}"\\} 1$`, 'm'));
    expect(text).toContain(`\n# HELP squall_refreshes ${help}`);
  });

  it('give peaks and thresholds as offered and as intended', () => {
    const late = measured({
      elapsedMs: 10_000,
      series: {
        attempts: [
          [1000, 40],
          [3000, 40],
        ],
      },
      late: [['attempts', 3000, 2000, 40]],
    });
    const scenario = parseScenario(
      '{ duration: 30s, clients: { count: 9 }, thresholds: [peak(attempts) < 60/s, ready > 5] }',
      'a.yaml',
    );
    const { samples: its } = scrape(openMetrics(scenario, 'live', { ...progress, measurements: late }));
    expect(its.get('squall_peak_per_second{events="attempts",view="offered"}')).toBe(40);
    expect(its.get('squall_peak_per_second{events="attempts",view="intended"}')).toBe(80);
    const peak = 'threshold="peak(attempts) < 60/s"';
    expect(its.get(`squall_threshold_value{${peak},view="offered"}`)).toBe(40);
    expect(its.get(`squall_threshold_value{${peak},view="intended"}`)).toBe(80);
    expect(its.get(`squall_threshold_outcome{${peak},outcome="open"}`)).toBe(1);
    expect(its.get(`squall_threshold_outcome{${peak},outcome="failed"}`)).toBe(0);
  });

  it('have each whole distribution in buckets, and its failures beside it', () => {
    const { handshake } = timings;
    expect(samples.get('squall_handshake_seconds_count')).toBe(handshake.count);
    expect(samples.get('squall_handshake_seconds_bucket{le="300.0"}')).toBe(handshake.count);
    const median = samples.get('squall_handshake_seconds_bucket{le="0.025"}') ?? 0;
    expect(handshake.quantileMs(median / handshake.count)).toBeLessThanOrEqual(25 * 1.001);
    expect(samples.get('squall_handshake_failures_total{reason="http-503"}')).toBe(handshake.failures.get('http-503'));
  });

  it('clean and escape whatever stands in a label', () => {
    const [fault] = progress.faults;
    const faults = [{ ...fault!, label: `${HOSTILE}\\` }];
    const text = openMetrics(run.scenario, 'live', { ...progress, faults });
    expect(() => scrape(text)).not.toThrow();
    expect(text).not.toContain('\u001B');
  });
});
