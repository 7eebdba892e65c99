import type { Measurements } from '../metrics/measurements.ts';
import type { Progress, RunEvent, RunListener } from '../metrics/run.ts';
import { clean } from '../report/clean.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { countText, durationText, timeText } from '../report/format.ts';
import { rateNow } from '../metrics/samples.ts';
import { readyNow } from '../metrics/ready.ts';

/** Time of the run between two lines of numbers, at least; */
const LINE_EVERY_MS = 2_000;
/** and so many lines at most, so that the log of a run of an hour stays readable. */
const LINES_MAX = 60;

/**
 * Progress for what is no terminal, or cannot hold the screen: a line of numbers every two seconds of the run, or
 * more seldom where it is long, and each event as it happens.
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
  const write = (line: string): void => {
    stream.write(`${line}\n`);
  };
  return {
    onEvent: (event) => write(eventLine(event)),
    onProgress: ({ measurements }: Progress) => {
      if (measurements.elapsedMs < dueMs) return;
      dueMs = (Math.floor(measurements.elapsedMs / everyMs) + 1) * everyMs;
      write(progressLine(measurements, scenario.clients.commands !== null));
    },
    onInterval: () => {},
  };
}

function eventLine({ atMs, kind, message }: RunEvent): string {
  return `${time(atMs)}  ${kind}: ${clean(message)}`;
}

function progressLine(measurements: Measurements, hasCommands: boolean): string {
  const { curves, planned, timings, elapsedMs, ledger } = measurements;
  const parts = [
    `ready ${readyNow(curves)}/${planned}`,
    `attempts ${countText(rateNow(measurements, 'attempts'))}/s (peak ${countText(curves.peakPerSecond('attempts').perSecond)}/s)`,
    `refreshes ${countText(rateNow(measurements, 'refreshes'))}/s`,
    `p99 handshake ${durationText(timings.handshake.quantileMs(0.99))}`,
  ];
  if (hasCommands) parts.push(`commands ${countText(ledger.acknowledged)}/${countText(ledger.sent)} acked`);
  return [time(elapsedMs), ...parts].join('  ');
}

/** Wide enough that the columns of two lines stand below each other for the first minutes. */
function time(ms: number): string {
  return timeText(ms).padStart(6);
}
