/**
 * Holds many real clients: `npm run bench:hold -- --clients 60000` connects them to a light target on this machine, waits until
 * all are ready, has the target end all connections at once, and waits until all are back by socket.io's backoff. It prints
 * what a client costs, and exits with 1 when not all came back or the verdict is open for the generator's sake.
 * `--workers`, `--worker-type` and `--target-processes` overrule what is chosen by the limits of this machine.
 */
import { parseArgs } from 'node:util';
import { print } from '../cli/terminal/output.ts';
import { run } from '../library/run.ts';
import { planWorkers } from '../live/health/machine-check.ts';
import { readMachineLimits } from '../live/health/machine-limits.ts';
import type { Progress } from '../metrics/run.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import { start } from './child.ts';
import { figure, table } from './table.ts';

/** Connections that one process of the target may hold, well below a common limit of descriptors. */
const CONNECTIONS_PER_PROCESS = 8000;
const ARRIVALS_PER_SECOND = 2000;
/** Time for which all clients are held, ms. */
const HOLD_MS = 4000;
/** Time after which the processes of workers have reported what the storm took, ms. */
const SETTLE_MS = 1500;
/** Time for all to come back, ms, and the rate that is allowed beyond it. */
const COME_BACK_MS = 10_000;
const COME_BACK_PER_SECOND = 800;

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '2000' },
    workers: { type: 'string', default: 'auto' },
    'worker-type': { type: 'string', default: 'auto' },
    'target-processes': { type: 'string' },
  },
});
const clients = Number(values.clients);
const processes = Number(values['target-processes'] ?? Math.ceil(clients / CONNECTIONS_PER_PROCESS));

/** What the run has used at one instant. */
interface Mark {
  readonly atMs: number;
  readonly ready: number;
  readonly attempts: number;
  readonly cpuSeconds: number;
  readonly rssBytes: number;
}

/** The instants of a run that matter here; null: it has not come to that. */
class Marks {
  held: Mark | null = null;
  dropped: Mark | null = null;
  back: Mark | null = null;
  settled: Mark | null = null;
}

const target = await start(new URL('hold-target.js', import.meta.url), [String(processes)], isText);
const scenario = scenarioAt(target.message);
const plan = planWorkers(scenario, readMachineLimits());
const marks = new Marks();
const { summary } = await run(scenario, {
  onProgress: (progress) => note(progress),
  onEvent: ({ kind, message }) => {
    if (kind === 'warning') print(`warning: ${message}`);
  },
});
target.process.disconnect();
print(
  `${clients} clients in ${plan.count} worker ${plan.type === 'thread' ? 'threads' : 'processes'}, towards ${processes} processes of a light target:`,
);
print(table(rows()));
for (const { expression, ok, text } of summary.thresholds)
  print(`${ok === null ? 'open' : ok ? 'pass' : 'FAIL'}  ${expression}: ${text}`);
print(`${summary.verdict}${summary.reasons.map((reason) => `\n- ${reason}`).join('')}`);
process.exitCode = marks.back !== null && summary.verdict !== 'inconclusive' ? 0 : 1;

function scenarioAt(url: string): Scenario {
  const arriveMs = Math.max(500, (clients / ARRIVALS_PER_SECOND) * 1000);
  const backMs = COME_BACK_MS + (clients / COME_BACK_PER_SECOND) * 1000;
  const text = JSON.stringify({
    name: 'hold',
    duration: `${Math.ceil(arriveMs * 1.2 + HOLD_MS + backMs)}ms`,
    target: { url },
    tokens: { lifetime: '2h', issued: 'together', algorithm: 'HS256', carrier: 'header' },
    clients: {
      count: clients,
      arrive: { over: `${Math.round(arriveMs)}ms` },
      backoff: 'socket.io-client',
      connectTimeout: '60s',
    },
    generator: {
      workers: values.workers === 'auto' ? 'auto' : Number(values.workers),
      workerType: values['worker-type'],
    },
    thresholds: ['ready >= 99.9%', 't100(recovery) < 2m', `peak(attempts) < ${Math.max(1000, clients * 2)}/s`],
  });
  return parseScenario(text, 'hold.yaml');
}

function note({ measurements, generator, phase }: Progress): void {
  const { curves, elapsedMs } = measurements;
  const mark: Mark = {
    atMs: elapsedMs,
    ready: curves.total('stateReady'),
    attempts: curves.total('attempts'),
    cpuSeconds: generator.cpuSeconds,
    rssBytes: generator.rssBytes,
  };
  // Processes of workers report what they use once a second.
  if (phase !== 'running' || elapsedMs < 1100) return;
  if (marks.held === null && mark.ready === clients) marks.held = mark;
  if (marks.dropped === null && marks.held !== null && elapsedMs >= marks.held.atMs + HOLD_MS) {
    marks.dropped = mark;
    target.process.send('drop');
  }
  if (marks.dropped !== null && curves.total('recovered') >= clients && mark.ready === clients) marks.back ??= mark;
  if (marks.back !== null && elapsedMs >= marks.back.atMs + SETTLE_MS) marks.settled ??= mark;
}

function rows(): string[][] {
  const { held, dropped, back, settled } = marks;
  const many = dropped !== null && back !== null ? back.attempts - dropped.attempts : 0;
  const cpuUs = dropped !== null && settled !== null ? ((settled.cpuSeconds - dropped.cpuSeconds) * 1e6) / many : NaN;
  const { lateness, handshake, recovery } = summary.timings;
  return [
    ['all ready after, s', seconds(held?.atMs)],
    ['resident MiB of squall, all held', shown((dropped?.rssBytes ?? NaN) / 1024 ** 2)],
    ['resident bytes of squall by client', shown((dropped?.rssBytes ?? NaN) / clients)],
    ['all back after the drop, s', seconds(back === null || dropped === null ? undefined : back.atMs - dropped.atMs)],
    ['attempts of the storm', String(many)],
    ['CPU us per attempt of the storm (all of squall)', shown(cpuUs)],
    ['lateness p99 of the run, ms', shown(lateness?.p99Ms ?? NaN)],
    ['handshake p99 of the run, ms', shown(handshake?.p99Ms ?? NaN)],
    ['recovery p99, ms', shown(recovery?.p99Ms ?? NaN)],
  ];
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? 'never' : (ms / 1000).toFixed(1);
}

function shown(value: number): string {
  return Number.isFinite(value) ? figure(value) : 'unknown';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
