/**
 * Shows a scripted run on the real screen. `node dist/testing/screen-driver.js TO_MS [SPEED] [broken|sim]` advances the run
 * to TO_MS, at once or at SPEED times real time, and stays until ctrl-C ends it. `broken` makes drawing fail; `sim` shows a
 * simulation. In any other mode, an injected fault becomes an event without further effect.
 */
import type { Fault } from '../core/fault/fault.ts';
import { faultLabel } from '../core/fault/label.ts';
import type { Progress } from '../metrics/run.ts';
import { startScreen } from '../tui/start-screen.ts';
import { scriptedRun } from './scripted-run.ts';

const CLIENTS = 2_000;
const TICK_MS = 100;
/** The driver ends by itself after this time. */
const TIMEOUT_MS = 120_000;

const toMs = Number(process.argv[2]);
const speed = Number(process.argv[3] ?? Infinity);
const broken = process.argv[4] === 'broken';
const world = process.argv[4] === 'sim' ? 'sim' : 'live';

const run = scriptedRun(CLIENTS);
const screen = await startScreen({
  scenario: run.scenario,
  world,
  stdout: process.stdout,
  stdin: process.stdin,
  onQuit: (how) => {
    screen.onEvent({ atMs: elapsedMs, kind: 'interrupted', message: `asked to end: ${how}` });
    if (how === 'now') void finish();
  },
});

if (world === 'live') screen.onControls?.({ inject });

let elapsedMs = Math.min(toMs, speed * TICK_MS);
const ticks = setInterval(tick, TICK_MS);
const timer = setTimeout(() => void finish(), TIMEOUT_MS);

function tick(): void {
  const { progress, events } = run.advance(elapsedMs);
  for (const event of events) screen.onEvent(event);
  screen.onProgress?.(broken ? withoutHealth(progress) : progress);
  elapsedMs = Math.min(toMs, elapsedMs + speed * TICK_MS);
}

function inject(fault: Fault): null {
  screen.onEvent({ atMs: elapsedMs, kind: 'fault-begin', message: `${faultLabel(fault)} begins on ${fault.share}` });
  return null;
}

/** The progress, with a generator health that throws when the screen reads it. */
function withoutHealth(progress: Progress): Progress {
  return {
    ...progress,
    get generator(): never {
      throw new Error('no health today');
    },
  };
}

async function finish(): Promise<void> {
  clearInterval(ticks);
  clearTimeout(timer);
  await screen.end('verdict: pass');
}
