import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TimingName } from '../core/metrics.ts';
import type { Outcome, Progress } from '../metrics/run.ts';
import { parseScenario } from '../threshold/load-scenario.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { hitsOf } from '../core/fault/select.ts';
import { occurrencesOf } from '../core/fault/occurrence.ts';
import { Draws } from '../core/random/draws.ts';
import type * as liveRoom from '../live/run/run.ts';
import type * as threadsRoom from '../live/worker/worker-thread.ts';
import type { WorkerPool } from '../live/worker/worker-thread.ts';
import { readJournal } from '../metrics/journal.ts';
import type { EffectLedger } from '../metrics/effect-ledger.ts';
import { noting, type Notes, type Watching } from './notes.ts';

/** A finished run on real sockets, with everything that it reported. */
export interface LiveRun extends Notes {
  readonly outcome: Outcome;
  /** the gateway's own record of effects; null for a target that keeps none */
  readonly effects: EffectLedger | null;
  /** the embedded gateways' log of upgrade requests; empty if none was written */
  readonly accessLog: string;
}

/** A scenario of a few clients and seconds; no client gives up on a busy machine. `sets` has the form of `--set`. */
export function smallScenario(...sets: readonly string[]): Scenario {
  const text = `
duration: 3s
target: { embedded: {} }
tokens: { lifetime: 60s, issued: together }
clients: { count: 30, arrive: { over: 500ms }, connectTimeout: 10s, backoff: { base: 100ms, cap: 500ms } }
generator: { maxLateness: 1s }
`;
  return parseScenario(text, 'small.yaml', { sets });
}

/** The consent of tests, which trust their own scenarios. */
const ANY = { exec: true, hosts: [] } as const;

/** Maximum number of workers. */
const WORKERS = 16;
/** Workers shared by the runs of a test file, since starting one costs more than most runs. */
let workers: WorkerPool | undefined;

/** Runs a scenario on real sockets, with the compiled code in `dist`, since workers need real files. */
export async function liveRun(scenario: Scenario, watching: Watching = {}): Promise<LiveRun> {
  const compiled = new URL('../../dist/live/', import.meta.url);
  const { runLive } = (await import(new URL('run/run.js', compiled).href)) as typeof liveRoom;
  const { workerPool } = (await import(new URL('worker/worker-thread.js', compiled).href)) as typeof threadsRoom;
  workers ??= workerPool(0, WORKERS);
  const folder = mkdtempSync(join(tmpdir(), 'squall-live-'));
  const journalFile = join(folder, 'effects');
  const accessLogFile = join(folder, 'access.log');
  const over = new AbortController();
  const onProgress = (progress: Progress): void => {
    watching.onProgress?.(progress);
    if (watching.until?.(progress) === true) over.abort();
  };
  const { listener, notes } = noting({ ...watching, onProgress });
  const signal = AbortSignal.any([over.signal, ...(watching.signal === undefined ? [] : [watching.signal])]);
  try {
    const outcome = await runLive(scenario, {
      listener,
      signal,
      journalFile,
      accessLogFile,
      tokensFile: null,
      workers,
      consent: ANY,
    });
    const effects = scenario.target.kind === 'embedded' ? readJournal(journalFile) : null;
    return { outcome, ...notes, effects, accessLog: textIn(accessLogFile) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The text of a file; empty if it does not exist. */
export function textIn(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** The number of clients drawn for a fault by the seed, over all occurrences. */
export function drawnFor({ seed, faults, durationMs, clients }: Scenario, fault: number): number {
  const occurrences = occurrencesOf(faults, durationMs).filter(({ faultIndex }) => faultIndex === fault);
  const drawn = occurrences.map(
    (occurrence) => hitsOf(new Draws(seed), occurrence, clients.count, occurrence.atMs).clients.length,
  );
  return drawn.reduce((sum, n) => sum + n, 0);
}

/** Effects beyond the first of each command, counted in the gateway's record. */
export function duplicatesIn({ effects, outcome }: LiveRun): number {
  let duplicates = 0;
  for (let client = 0; client < outcome.measurements.planned; client++) {
    for (const count of effects?.of(client).values() ?? []) duplicates += count - 1;
  }
  return duplicates;
}

/** A timing's failures, by reason. */
export function failuresOf(
  { outcome }: Pick<LiveRun, 'outcome'>,
  timing: TimingName,
): Readonly<Record<string, number>> {
  return Object.fromEntries(outcome.measurements.timings[timing].failures);
}
