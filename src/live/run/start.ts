import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { sharedNowMs, wallSince, type WallAnchor } from '../../metrics/wall-clock.ts';
import { RunClock } from '../time/clock.ts';
import type { EventLog } from './event-log.ts';
import { checkLogins, reportLogins } from './login-phase.ts';
import { readyPhase } from './ready-phase.ts';
import { RunRefused } from '../refused.ts';
import type { ShardHost } from '../worker/shard-host.ts';
import type { Preparation } from '../shard/shard-messages.ts';
import type { Shards } from '../worker/shards.ts';
import type { Target } from '../target/target.ts';

/** Factor on the workers' estimate of their preparation, after which the run starts. */
const LEAD_FACTOR = 1.5;
/** Time added to that estimate, ms. */
const LEAD_MARGIN_MS = 300;

/**
 * Agrees on the run's beginning with all workers and waits for it.
 *
 * @returns null: the signal ended the logins, or the wait for `startAtMs`
 * @throws RunRefused when `startAtMs` is earlier than all is ready, or nobody could log in
 */
export async function startRun(
  shards: Shards,
  host: ShardHost,
  target: Target | null,
  startAtMs: number | undefined,
  wallAnchor: WallAnchor,
  signal: AbortSignal,
  log: EventLog,
  /** clients that log in before the run */
  loggingIn: number,
): Promise<RunClock | null> {
  const report = reportLogins(loggingIn, log, sharedNowMs);
  if (loggingIn > 0) report({ done: 0, failed: 0 });
  const ready = readyPhase(host, log);
  const prepared = shards.prepared(report, (awaited) => ready.report(awaited));
  const preparation = await preparedOr(signal, loggingIn > 0 || !host.isLocal, prepared).finally(() => ready.close());
  if (preparation === null) return null;
  if (preparation.logins !== null) checkLogins(preparation.logins, preparation.seen, log);
  const neededMs = preparation.leadTimeMs * LEAD_FACTOR + LEAD_MARGIN_MS + host.leadMs;
  if (startAtMs !== undefined) {
    if (signal.aborted) return null;
    await waitUntil(startAtMs - neededMs, signal, log);
    if (signal.aborted) return null;
  }
  // A start shared with other machines follows the wall clock of now; any other is unaffected by its steps.
  const nowMs = startAtMs === undefined ? wallSince(wallAnchor) : Date.now();
  const wallMs = startAtMs ?? nowMs + neededMs;
  const leadMs = wallMs - nowMs;
  if (leadMs <= 0) throw tooLate(-leadMs);
  const begin = { hrMs: sharedNowMs() + leadMs, wallMs };
  shards.go(begin);
  target?.runBegins(begin.hrMs);
  await sleep(leadMs);
  return new RunClock(begin);
}

/** Waits for the workers; while clients log in, or other machines are awaited, the signal ends the waiting: null. */
async function preparedOr(
  signal: AbortSignal,
  mayTakeLong: boolean,
  prepared: Promise<Preparation>,
): Promise<Preparation | null> {
  if (!mayTakeLong) return prepared;
  if (signal.aborted) return null;
  const over = new AbortController();
  const aborted = once(signal, 'abort', { signal: over.signal }).then(
    () => null,
    () => null,
  );
  return Promise.race([prepared, aborted]).finally(() => over.abort());
}

/** Waits for a start that other processes share. */
async function waitUntil(wallMs: number, signal: AbortSignal, log: EventLog): Promise<void> {
  const waitMs = wallMs - Date.now();
  if (waitMs < 0) throw tooLate(-waitMs);
  log.log('phase', `ready, waiting ${Math.round(waitMs / 1000)} s for the start`);
  // An interrupt ends the waiting; the caller looks at the signal.
  await sleep(waitMs, undefined, { signal }).catch(() => {});
}

function tooLate(ms: number): RunRefused {
  const seconds = Math.ceil(ms / 100) / 10;
  return new RunRefused('does-not-fit', `all is ready ${seconds} s too late for the start`, 'name a later --start-at');
}
