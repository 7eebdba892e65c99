import { SERIES_INDEX } from '../core/metrics.ts';
import { CONDITION } from '../core/client/conditions.ts';
import { STATE, type State } from '../core/client/states.ts';
import { EMPTY_TALLY } from '../core/fault/fault.ts';
import { outcomeOf } from '../core/fault/outcome.ts';
import { NETWORK } from '../core/signal.ts';
import { Draws, PURPOSE } from '../core/random/draws.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { Curves } from '../metrics/curves.ts';
import { runningLedger } from '../metrics/ledger.ts';
import { measure } from '../metrics/measure.ts';
import { NOTHING_REPORTED } from '../metrics/measurements.ts';
import { Recorder } from '../metrics/recorder.ts';
import type { Phase, Progress, RunEvent } from '../metrics/run.ts';
import { createStore } from '../metrics/store.ts';
import { addInterval, emptyTimings } from '../metrics/timings.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Real measurements of a run without sockets: arrivals, a drop of all clients, a token endpoint that fails for a while. */
export interface ScriptedRun {
  readonly scenario: Scenario;
  /** Advances the run to this time; it never goes back. */
  advance(toMs: number): { readonly progress: Progress; readonly events: readonly RunEvent[] };
}

const DURATION_MS = 30_000;
const ARRIVE_MS = 5_000;
const DROP_AT_MS = 12_000;
const OUTAGE_AT_MS = 19_000;
const OUTAGE_MS = 4_000;
const REFRESH_EVERY_MS = 7_000;
const SERVER_GONE_AWAY = 1012;

interface Step {
  readonly atMs: number;
  readonly run: (now: MonoMs) => void;
}

export function scriptedRun(clients: number): ScriptedRun {
  const store = createStore(Curves.binsFor(DURATION_MS), false);
  const recorder = new Recorder(store, null);
  const timings = emptyTimings();
  const scenario = scenarioOf(clients);
  const steps = stepsOf(recorder, clients).toSorted((a, b) => a.atMs - b.atMs);
  const events = eventsOf(clients);
  let stepsDone = 0;
  let eventsDone = 0;
  recorder.populated(clients);

  return {
    scenario,
    advance: (toMs) => {
      for (; (steps[stepsDone]?.atMs ?? Infinity) <= toMs; stepsDone++)
        steps[stepsDone]?.run(mono(steps[stepsDone]!.atMs));
      addInterval(timings, recorder.takeInterval());
      const from = eventsDone;
      while ((events[eventsDone]?.atMs ?? Infinity) <= toMs) eventsDone++;
      const measurements = measure({
        elapsedMs: toMs,
        planned: clients,
        stores: [store],
        timings,
        reported: NOTHING_REPORTED,
        ledger: (curves) => runningLedger(curves, 3),
      });
      const phase: Phase = toMs >= DURATION_MS ? 'done' : 'running';
      const hits = { planned: clients, hit: clients - 3, missed: { 'not-connected': 3 } };
      const faults = scenario.faults.map((fault) =>
        outcomeOf(fault, DURATION_MS, toMs >= fault.atMs ? hits : EMPTY_TALLY),
      );
      const progress = { phase, durationMs: DURATION_MS, measurements, faults, generator: HEALTH };
      return { progress, events: events.slice(from, eventsDone) };
    },
  };
}

const HEALTH = {
  workers: 2,
  latenessP99Ms: 1.4,
  loopDelayP99Ms: 11.2,
  cpuSeconds: 8.2,
  rssBytes: 212 * 2 ** 20,
  droppedStarts: 0,
  saturated: false,
  reasons: [],
  targetStarved: 0,
  unbounded: false,
};

/** The steps of every client, planned in advance: its arrival, drop, return and refreshes. */
function stepsOf(recorder: Recorder, clients: number): Step[] {
  const draws = new Draws(7);
  const steps: Step[] = [];
  const at = (atMs: number, run: (now: MonoMs) => void): void => {
    if (atMs <= DURATION_MS) steps.push({ atMs, run });
  };
  const move = (from: State, to: State, atMs: number): void => at(atMs, (now) => recorder.moved(from, to, now));
  const connect = (client: number, from: State, startMs: number, lostAtMs: number, n: number): number => {
    const readyMs = startMs + 20 + 400 * draws.unit(client, PURPOSE.backoff, n) ** 4;
    at(startMs, (now) => recorder.attempt(now, now, Number.isNaN(lostAtMs)));
    move(from, STATE.connecting, startMs);
    move(STATE.connecting, STATE.ready, readyMs);
    at(readyMs, (now) => recorder.ready(now, mono(startMs), mono(lostAtMs)));
    return readyMs;
  };
  for (let client = 0; client < clients; client++) {
    connect(client, STATE.idle, (client / clients) * ARRIVE_MS, NaN, 0);
    at(DROP_AT_MS, (now) => recorder.lost(now, SERVER_GONE_AWAY, false));
    move(STATE.ready, STATE.waiting, DROP_AT_MS);
    const retryMs = DROP_AT_MS + 1000 * (0.5 + draws.unit(client, PURPOSE.backoff, 1));
    const retries = draws.unit(client, PURPOSE.backoff, 2) < 0.4;
    if (retries) {
      at(retryMs, (now) => recorder.attempt(now, now, false));
      move(STATE.waiting, STATE.connecting, retryMs);
      at(retryMs + 50, (now) => recorder.attemptFailed(now, 503));
      move(STATE.connecting, STATE.waiting, retryMs + 50);
    }
    const backMs = retries ? retryMs + 2000 * (0.5 + draws.unit(client, PURPOSE.backoff, 3)) : retryMs;
    connect(client, STATE.waiting, backMs, DROP_AT_MS, 4);
    commandsAndRefreshes(recorder, draws, client, at);
  }
  return steps;
}

function commandsAndRefreshes(
  recorder: Recorder,
  draws: Draws,
  client: number,
  at: (atMs: number, run: (now: MonoMs) => void) => void,
): void {
  let failing = false;
  for (let n = 1; n * REFRESH_EVERY_MS < DURATION_MS; n++) {
    const refreshMs = n * REFRESH_EVERY_MS + 2_000 * draws.unit(client, PURPOSE.lead, n);
    const spoiled = refreshMs >= OUTAGE_AT_MS && refreshMs < OUTAGE_AT_MS + OUTAGE_MS;
    at(refreshMs, (now) => recorder.refresh(now, now));
    if (spoiled) at(refreshMs + 30, (now) => recorder.refreshFailed(now, client % 5 === 0 ? NETWORK.timeout : 503));
    else at(refreshMs + 30, (now) => recorder.refreshed(now, mono(refreshMs)));
    if (spoiled) at(refreshMs + 30, (now) => recorder.condition(CONDITION.none, CONDITION.refreshFailing, now));
    else if (failing) at(refreshMs + 30, (now) => recorder.condition(CONDITION.refreshFailing, CONDITION.none, now));
    failing = spoiled;
    const sentMs = ARRIVE_MS + n * 5_000 * draws.unit(client, PURPOSE.command, n);
    at(sentMs, (now) => recorder.happened(SERIES_INDEX.due, now));
    at(sentMs, (now) => recorder.sent(client, n, now, false, now));
    at(sentMs + 12, (now) => recorder.acknowledged(client, n, now, mono(sentMs)));
  }
  at(client % 100, () => recorder.late((client % 100) / 50));
}

function eventsOf(clients: number): RunEvent[] {
  return [
    { atMs: 0, kind: 'phase', message: `running ${clients} clients` },
    { atMs: DROP_AT_MS, kind: 'fault-begin', fault: 0, message: `drop 1012: ${clients} connections` },
    { atMs: 13_000, kind: 'warning', message: 'the gateway said \x1b[31mred\x1b[0m things\u202e' },
    { atMs: OUTAGE_AT_MS, kind: 'fault-begin', fault: 1, message: 'refresh answers 503' },
    { atMs: OUTAGE_AT_MS + OUTAGE_MS, kind: 'fault-end', fault: 1, message: 'refresh answers again' },
  ];
}

function scenarioOf(count: number): Scenario {
  const text = `
name: deploy-then-outage
description: A scripted run for the screen.
seed: 42
duration: ${DURATION_MS}ms
tokens:
  lifetime: 10s
  renewal: in-band
  refresh: { lead: 3s, jitter: { uniform: 2s } }
clients:
  count: ${count}
  arrive: { over: ${ARRIVE_MS}ms }
  commands: { rate: 0.2/s, ackTimeout: 5s, onReconnect: resend }
faults:
  - { at: ${DROP_AT_MS}ms, drop: { code: ${SERVER_GONE_AWAY}, reason: restart }, atLeast: 99% }
  - { at: ${OUTAGE_AT_MS}ms, for: ${OUTAGE_MS}ms, refresh: { status: 503 }, atLeast: 99% }
thresholds:
  - peak(attempts) < 500/s
  - p99(handshake) < 2s
  - t95(recovery) < 15s
  - duplicated == 0
`;
  return parseScenario(text, 'scripted-run.yaml');
}
