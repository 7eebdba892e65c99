import type { Measurements } from '../metrics/measurements.ts';
import type { Progress, RunEvent, RunListener } from '../metrics/run.ts';
import { clean } from '../report/clean.ts';
import { mintsTokens } from '../scenario/mints-tokens.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { countText, durationText, timeText } from '../report/format.ts';
import { READY_STATES, readyNow } from '../metrics/ready.ts';
import { population, rateNow } from '../metrics/samples.ts';
import { BIN_MS, type SeriesName } from '../core/metrics.ts';
import { slidingPeak } from '../metrics/window.ts';

/** Time of the run between two lines of numbers, at least; */
const LINE_EVERY_MS = 2_000;
/** and so many lines at most, so that the log of a run of an hour stays readable. */
const LINES_MAX = 60;

/**
 * Progress for what is no terminal, or cannot hold the screen: a line of numbers every two seconds of the run, or
 * more seldom where it is long, and each event as it happens. Each line has the extremes since the line before it, so
 * that a spike between two lines shows.
 */
export function plainLines({
  scenario,
  stream,
}: {
  readonly scenario: Scenario;
  readonly stream: NodeJS.WritableStream;
}): RunListener {
  const everyMs = Math.max(LINE_EVERY_MS, Math.ceil(scenario.durationMs / LINES_MAX / 1000) * 1000);
  let dueMs = everyMs;
  let lastMs = 0;
  let isOver = false;
  const write = (line: string): void => {
    stream.write(`${line}\n`);
  };
  return {
    onEvent: (event) => write(eventLine(event)),
    onProgress: ({ measurements, phase }: Progress) => {
      const { elapsedMs } = measurements;
      const ends = !isOver && (phase === 'winding-down' || phase === 'done') && elapsedMs > lastMs;
      if (elapsedMs < dueMs && !ends) return;
      isOver ||= ends;
      dueMs = (Math.floor(elapsedMs / everyMs) + 1) * everyMs;
      write(progressLine(measurements, lastMs, scenario));
      lastMs = elapsedMs;
    },
    onInterval: () => {},
  };
}

function eventLine({ atMs, kind, message }: RunEvent): string {
  return `${time(atMs)}  ${kind}: ${clean(message)}`;
}

function progressLine(measurements: Measurements, sinceMs: number, scenario: Scenario): string {
  const { curves, planned, timings, elapsedMs, ledger } = measurements;
  const parts = [
    `ready ${readyNow(curves)}/${planned} (min ${leastReadySince(measurements, sinceMs)})`,
    `attempts ${rateText(measurements, 'attempts', sinceMs)}`,
    `${mintsTokens(scenario) ? 'tokens minted' : 'refreshes'} ${rateText(measurements, 'refreshes', sinceMs)}`,
    `p99 handshake ${durationText(timings.handshake.quantileMs(0.99))}`,
  ];
  if (scenario.clients.commands !== null)
    parts.push(`commands ${countText(ledger.acknowledged)}/${countText(ledger.due)} acked`);
  return [time(elapsedMs), ...parts].join('  ');
}

/** `31/s (max 250/s)`: the last second, and the fullest one since the line before. */
function rateText(measurements: Measurements, series: SeriesName, sinceMs: number): string {
  const { curves, elapsedMs } = measurements;
  const { perSecond } = slidingPeak(curves.values(series), binOf(sinceMs), binOf(elapsedMs) + 1);
  return `${countText(rateNow(measurements, series))}/s (max ${countText(perSecond)}/s)`;
}

function leastReadySince(measurements: Measurements, sinceMs: number): number {
  const samples = population(measurements, READY_STATES).subarray(binOf(sinceMs));
  return samples.reduce((least, n) => Math.min(least, n), readyNow(measurements.curves));
}

function binOf(atMs: number): number {
  return Math.floor(atMs / BIN_MS);
}

/** Wide enough that the columns of two lines stand below each other for the first minutes. */
function time(ms: number): string {
  return timeText(ms).padStart(6);
}
