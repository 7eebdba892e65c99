import type { Measurements } from '../metrics/measurements.ts';
import type { Progress, RunListener } from '../metrics/run.ts';
import { clean } from '../report/clean.ts';
import { mintsTokens } from '../scenario/mints-tokens.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { countText, durationText, timeText } from '../report/format.ts';
import { waitedText } from './text.ts';
import { READY_STATES, readyNow } from '../metrics/ready.ts';
import { population, rateNow } from '../metrics/samples.ts';
import { BIN_MS, type SeriesName } from '../core/metrics.ts';
import { unknownNow } from '../metrics/unknown.ts';
import { slidingPeak } from '../metrics/window.ts';

/** Minimum time of the run between two lines of numbers, ms. */
const LINE_EVERY_MS = 2_000;
/** Maximum number of lines of numbers, so that the log of a long run stays readable. */
const LINES_MAX = 60;

/**
 * Progress as plain lines, for an output without a screen: a line of numbers every two seconds of the run (less often
 * in a long run), and each event; before the run's start with the time that has passed in brackets. Each line shows the extremes since the line before, so that no spike is lost.
 */
export function plainLines({
  scenario,
  stream,
  nowMs = () => performance.now(),
}: {
  readonly scenario: Scenario;
  readonly stream: NodeJS.WritableStream;
  /** a monotonic clock */
  readonly nowMs?: () => number;
}): RunListener {
  const everyMs = Math.max(LINE_EVERY_MS, Math.ceil(scenario.durationMs / LINES_MAX / 1000) * 1000);
  let dueMs = everyMs;
  let lastMs = 0;
  let isOver = false;
  let hasBegun = false;
  const sinceMs = nowMs();
  const write = (line: string): void => {
    stream.write(`${line}\n`);
  };
  return {
    onBegin: () => {
      hasBegun = true;
    },
    onEvent: ({ atMs, kind, message }) => {
      const at = hasBegun || atMs > 0 ? time(atMs) : waitedText(nowMs() - sinceMs);
      write(`${at}  ${kind}: ${clean(message)}`);
    },
    progressEveryMs: everyMs,
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

function progressLine(measurements: Measurements, sinceMs: number, scenario: Scenario): string {
  const { curves, planned, timings, elapsedMs, ledger } = measurements;
  const unknown = unknownNow(curves);
  const parts = [
    `ready ${readyNow(curves)}/${planned} (min ${leastReadySince(measurements, sinceMs)})${unknown === 0 ? '' : `, ${unknown} unknown`}`,
    `attempts ${rateText(measurements, 'attempts', sinceMs)}`,
    `${mintsTokens(scenario) ? 'tokens minted' : 'refreshes'} ${rateText(measurements, 'refreshes', sinceMs)}`,
    `p99 handshake ${durationText(timings.handshake.quantileMs(0.99))}`,
  ];
  if (scenario.clients.commands !== null)
    parts.push(`commands ${countText(ledger.acknowledged)}/${countText(ledger.due)} acked`);
  return [time(elapsedMs), ...parts].join('  ');
}

/** The rate of the last second and its maximum since the line before: `31/s (max 250/s)`. */
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

/** The time, padded so that columns align during the first minutes. */
function time(ms: number): string {
  return timeText(ms).padStart(6);
}
