import { PLAIN_BEHAVIOUR, Rig } from '../../core/client/rig.test.helper.ts';
import type { BackoffPolicy } from '../../core/policy/backoff.ts';
import type { RefreshTrigger } from '../../core/policy/refresh.ts';
import type { Signal } from '../../core/signal.ts';
import { Draws } from '../../core/random/draws.ts';
import { mono } from '../../core/time/instant.ts';

/** Delays after which a client counts as gone for good, ms. */
const GONE_AFTER_MS = 10_000_000;

function clientsWith(backoff: BackoffPolicy, count: number, trigger: RefreshTrigger = 'timer'): Rig {
  const refresh = { ...PLAIN_BEHAVIOUR.refresh, lead: { ms: 0 }, trigger };
  const rig = new Rig({ backoff, refresh, connectTimeoutMs: 1e9 }, count);
  for (let client = 0; client < count; client++) rig.machine.prepare(client, 0, mono(0), mono(1e12));
  rig.until(0);
  for (let client = 0; client < count; client++) rig.machine.onOpen(client, rig.now);
  return rig;
}

/**
 * The delays of squall's clients after the loss of a connection, when every attempt fails at once: by retry, one a client.
 * Infinity: the client gave up.
 */
export function squallDelays(backoff: BackoffPolicy, count: number, retries: number, uptimeMs: number): number[][] {
  const rig = clientsWith(backoff, count).until(uptimeMs).fresh();
  const delays: number[][] = Array.from({ length: retries }, () => []);
  const failedAt = new Float64Array(count).fill(uptimeMs);
  const done = new Uint8Array(count);
  for (let client = 0; client < count; client++) rig.close(1006, client);
  const { queue } = rig.context;
  for (let at = queue.nextAt(); at < uptimeMs + GONE_AFTER_MS; at = queue.nextAt()) {
    rig.now = mono(at);
    rig.fresh().machine.ring(queue.pop(), rig.now, rig.now);
    const client = Number(/^dial (\d+)$/.exec(rig.asked[0] ?? '')?.[1] ?? NaN);
    if (Number.isNaN(client) || done[client]! >= retries) continue;
    delays[done[client]!++]!.push(at - failedAt[client]!);
    failedAt[client] = at;
    if (done[client]! < retries) rig.close(1006, client);
  }
  for (const each of delays) while (each.length < count) each.push(Infinity);
  return delays;
}

/** Every draw is one number. */
class OneDraw extends Draws {
  readonly #u: number;

  constructor(u: number) {
    super(0);
    this.#u = u;
  }

  override unit(): number {
    return this.#u;
  }
}

/**
 * The delays of a client of squall that draws `u` each time, as `squallDelays`, by timers that leave out fractions of a millisecond
 * as those of the libraries do.
 */
export function squallDelaysAt(backoff: BackoffPolicy, u: number, retries: number, uptimeMs: number): number[] {
  const rig = clientsWith(backoff, 1).until(uptimeMs).fresh();
  Object.assign(rig.context, { draws: new OneDraw(u) });
  const delays: number[] = [];
  let failedAt = uptimeMs;
  rig.close(1006);
  const { queue } = rig.context;
  while (delays.length < retries && queue.nextAt() < uptimeMs + GONE_AFTER_MS) {
    rig.now = mono(Math.floor(queue.nextAt()));
    rig.fresh().machine.ring(queue.pop(), rig.now, rig.now);
    if (rig.asked[0] !== 'dial 0') continue;
    delays.push(rig.now - failedAt);
    failedAt = rig.now;
    rig.close(1006);
  }
  while (delays.length < retries) delays.push(Infinity);
  return delays;
}

/** What a client of squall does next, and after what time, ms. */
export interface NextStep {
  readonly asks: 'dial' | 'requestToken' | null;
  readonly delayMs: number;
}

/**
 * The step of a client of squall after an attempt that is refused with HTTP 401, the first one after the loss of a connection. It draws `u`
 * each time, and its timers leave out fractions of a millisecond.
 */
export function squallAfterRefusal(
  backoff: BackoffPolicy,
  trigger: RefreshTrigger,
  u: number,
  uptimeMs: number,
): NextStep {
  const rig = clientsWith(backoff, 1, trigger).until(uptimeMs);
  Object.assign(rig.context, { draws: new OneDraw(u) });
  rig.close(1006);
  next(rig);
  const refusedAt = rig.now;
  rig.fresh().close(401);
  const asked = rig.asked[0] ?? next(rig);
  return {
    asks: asked === null ? null : asked.startsWith('dial') ? 'dial' : 'requestToken',
    delayMs: rig.now - refusedAt,
  };
}

/** Rings alarms until the client asks for something. */
function next(rig: Rig): string | null {
  const { queue } = rig.context;
  rig.fresh();
  while (rig.asked.length === 0 && queue.nextAt() < GONE_AFTER_MS) {
    rig.now = mono(Math.floor(queue.nextAt()));
    rig.machine.ring(queue.pop(), rig.now, rig.now);
  }
  return rig.asked[0] ?? null;
}

/** Whether a client of squall comes back after a signal that ends a connection. */
export function squallReturns(backoff: BackoffPolicy, signal: Signal, uptimeMs: number): boolean {
  return clientsWith(backoff, 1).until(uptimeMs).close(signal).state() !== 'stopped';
}
