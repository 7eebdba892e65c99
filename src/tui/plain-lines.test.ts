import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { scriptedRun } from '../testing/scripted-run.ts';
import { plainLines } from './plain-lines.ts';

function watch(timesMs: readonly number[]): string[] {
  const run = scriptedRun(400);
  const stream = new PassThrough({ encoding: 'utf8' });
  const listener = plainLines({ scenario: run.scenario, stream });
  for (const toMs of timesMs) {
    const { progress, events } = run.advance(toMs);
    for (const event of events) listener.onEvent(event);
    listener.onProgress?.(progress);
  }
  const text: unknown = stream.read();
  return String(text).trimEnd().split('\n');
}

describe('plainLines', () => {
  it('shows before the start what is awaited, with the time that has passed, and then the time of the run', () => {
    const { scenario } = scriptedRun(4);
    const stream = new PassThrough({ encoding: 'utf8' });
    let now = 5000;
    const lines = plainLines({ scenario, stream, nowMs: () => now });
    lines.onEvent({ atMs: 0, kind: 'phase', message: 'waiting for workers' });
    now += 12_340;
    lines.onEvent({ atMs: 0, kind: 'phase', message: '3 of 4 shards are ready; not yet: shard 2 of 4 on host-b' });
    lines.onBegin?.(new Date(0));
    lines.onEvent({ atMs: 0, kind: 'phase', message: 'running' });
    expect(String(stream.read()).trimEnd().split('\n')).toEqual([
      '(0.0s)  phase: waiting for workers',
      '(12.3s)  phase: 3 of 4 shards are ready; not yet: shard 2 of 4 on host-b',
      '  0.0s  phase: running',
    ]);
  });

  it('prints the numbers of a moment in one line', () => {
    const lines = watch([12_000, 16_000]);
    expect(lines.at(-1)).toMatch(
      /^ 16\.0s {2}ready \d+\/400 \(min \d+\) {2}attempts \d+\/s \(max \d+\/s\) {2}refreshes \d+\/s \(max \d+\/s\) {2}p99 handshake \d+ms {2}commands \d+\/\d+ acked$/,
    );
  });

  it('prints a line every two seconds of the run, however often progress comes', () => {
    const times = Array.from({ length: 300 }, (_, i) => i * 100);
    const numbers = watch(times).filter((line) => line.includes('ready'));
    expect(numbers.map((line) => line.trim().split(' ')[0])).toEqual(
      Array.from({ length: 14 }, (_, i) => `${(i + 1) * 2}.0s`),
    );
  });

  it('shows a spike and a dip that lie between two lines, and none that lie before them', () => {
    const [before = '', after = '', late = ''] = watch([11_900, 17_900, 25_000, 30_000]).filter((line) =>
      line.includes('ready'),
    );
    expect(before).toContain('ready 400/400 (min 3)  attempts 0/s (max 80/s)');
    expect(after).toMatch(/ready 400\/400 \(min 0\) {2}attempts 0\/s \(max 4\d\d\/s\)/);
    expect(late).toMatch(/ready 400\/400 \(min 400\) {2}attempts 0\/s \(max 0\/s\)/);
  });

  it('prints one more line at the end of the run, whenever that is', () => {
    const run = scriptedRun(400);
    const stream = new PassThrough({ encoding: 'utf8' });
    const listener = plainLines({ scenario: run.scenario, stream });
    const { progress } = run.advance(13_000);
    for (const [elapsedMs, phase] of [
      [12_000, 'running'],
      [12_500, 'running'],
      [13_000, 'winding-down'],
      [13_200, 'winding-down'],
      [13_300, 'done'],
    ] as const) {
      listener.onProgress?.({ ...progress, phase, measurements: { ...progress.measurements, elapsedMs } });
    }
    const text: unknown = stream.read();
    expect(String(text).match(/^ *\S+/gm)).toEqual([' 12.0s', ' 13.0s']);
  });

  it('prints sixty lines at most, however long the run is', () => {
    const run = scriptedRun(400);
    const stream = new PassThrough({ encoding: 'utf8' });
    const scenario = { ...run.scenario, durationMs: 3_600_000 };
    const listener = plainLines({ scenario, stream });
    const { progress } = run.advance(20_000);
    for (let elapsedMs = 0; elapsedMs <= scenario.durationMs; elapsedMs += 1000) {
      listener.onProgress?.({ ...progress, measurements: { ...progress.measurements, elapsedMs } });
    }
    const text: unknown = stream.read();
    expect(String(text).trimEnd().split('\n')).toHaveLength(60);
  });

  it('prints each event, cleaned', () => {
    const lines = watch([30_000]);
    expect(lines).toContain(' 12.0s  fault-begin: drop 1012: 400 connections');
    expect(lines).toContain(' 13.0s  warning: the gateway said [31mred[0m things');
  });
});
