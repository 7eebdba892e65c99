import { Curves } from '../metrics/curves.ts';
import { createStore, type RecorderStore } from '../metrics/store.ts';
import { WorkerDied, type StartedWorker, type WorkerTask } from '../live/worker/shard-host.ts';
import { failureIn } from '../protocols/own/failure.ts';
import type { Channel } from './channel.ts';
import { leaseEnd, LEASE_LOOK_MS } from './lease.ts';
import type { ClockReading, FromSlot, ShardPlan, ToSlot } from './messages.ts';
import { Relay } from './relay.ts';
import { TokenTail } from './token-tail.ts';

/** Longest wait until the coordinator has received a shard's result, ms. */
const RESULT_FLUSH_MS = 10_000;
/** Longest wait until it has received the last message of a shard without a result, ms. */
const END_FLUSH_MS = 1000;

/** How a slot's time with a shard ended. */
export interface ShardEnd {
  /** whether the coordinator has the shard's result */
  readonly isDone: boolean;
  /** such as `done`, or `lost: ` with the reason */
  readonly how: string;
}

/** What a slot needs of its machine and of Redis. */
export interface SlotParts {
  /** name of the worker for messages */
  readonly worker: string;
  readonly channel: Pick<
    Channel<FromSlot, ToSlot>,
    'send' | 'receive' | 'onFailure' | 'silentMs' | 'flushed' | 'close'
  >;
  readonly clock: ClockReading;
  /** Reads the clock of Redis. */
  readonly readClock: () => Promise<ClockReading>;
  /** Returns the time for which Redis has been away, ms; 0: it is there. */
  readonly downMs: () => number;
  readonly start: (task: WorkerTask, store: RecorderStore) => StartedWorker;
  /** aborted when the worker's user ends it; its reason is a text */
  readonly leaving: AbortSignal;
  readonly log: (line: string) => void;
}

/** Holds a shard that this machine has room for to its end. */
export async function holdShard(plan: ShardPlan, parts: SlotParts): Promise<ShardEnd> {
  const { channel } = parts;
  channel.send({ type: 'took', worker: parts.worker, clock: parts.clock });
  try {
    return await carryOut(plan.task, plan.tokensHeader, parts);
  } finally {
    channel.close();
  }
}

async function carryOut(task: WorkerTask, tokensHeader: string | null, parts: SlotParts): Promise<ShardEnd> {
  const { channel } = parts;
  const tokens = tokensHeader === null ? null : new TokenTail(tokensHeader);
  const store = createStore(Curves.binsFor(task.scenario.durationMs), false, true);
  const started = parts.start({ ...task, tokensFile: tokens?.file ?? null }, store);
  const relay = new Relay({ ...parts, started, store, tokens, send: (message) => channel.send(message) });
  const lease = new Lease(parts, (message) => relay.hear(message));
  try {
    const how = await Promise.race([passResult(started, relay, channel, lease), lease.over]);
    relay.stop();
    // The load ends before anything else.
    await started.end();
    if (how !== null) {
      await channel.flushed(END_FLUSH_MS);
      return { isDone: false, how };
    }
    if (!(await channel.flushed(RESULT_FLUSH_MS))) return { isDone: false, how: 'lost: its result was not received' };
    // The coordinator says when the run is over, and is not left to wait for an answer.
    await lease.over;
    return { isDone: true, how: 'done' };
  } finally {
    lease.close();
    relay.stop();
    tokens?.close();
  }
}

/**
 * Sends a shard's result, unless its load was ended before.
 *
 * @returns how the shard ended without a result; null: it was sent
 */
async function passResult(
  started: StartedWorker,
  relay: Relay,
  channel: SlotParts['channel'],
  lease: Lease,
): Promise<string | null> {
  try {
    const result = await started.result;
    if (!lease.isOver) relay.end(result);
    return null;
  } catch (error) {
    if (lease.isOver) return null;
    const message = error instanceof Error ? error.message : String(error);
    // The others can go on without a process that the system ended, but not with a task that cannot be carried out.
    const isDeath = error instanceof WorkerDied;
    const why = isDeath ? `its process died by itself (${message})` : message;
    if (isDeath) channel.send({ type: 'leaving', why });
    else channel.send({ type: 'failed', message, isProtocol: failureIn(error) !== null });
    return `lost: ${why}`;
  }
}

/** What entitles a slot to its load: a coordinator that is heard, and a worker that stays. */
class Lease {
  /** resolves to how the shard ended */
  readonly over: Promise<string>;
  isOver = false;
  readonly #leaving: AbortSignal;
  readonly #looking: NodeJS.Timeout;
  readonly #onLeave: () => void;

  constructor({ channel, leaving, downMs }: SlotParts, hear: (message: Exclude<ToSlot, { type: 'end' }>) => void) {
    this.#leaving = leaving;
    let resolveOver!: (how: string) => void;
    this.over = new Promise((resolve) => (resolveOver = resolve));
    const end = (how: string): void => {
      this.isOver = true;
      resolveOver(how);
    };
    const leave = (why: string): void => {
      channel.send({ type: 'leaving', why });
      end(`lost: ${why}`);
    };
    this.#onLeave = () => leave(String(leaving.reason));
    this.#looking = setInterval(() => {
      const why = leaseEnd({ silentMs: channel.silentMs, downMs: downMs() });
      if (why === null) return;
      clearInterval(this.#looking);
      leave(why);
    }, LEASE_LOOK_MS);
    channel.onFailure((error) => end(`lost: ${error.message}`));
    channel.receive((message) =>
      message.type === 'end' ? end(`ended by the coordinator: ${message.why}`) : hear(message),
    );
    if (leaving.aborted) this.#onLeave();
    else leaving.addEventListener('abort', this.#onLeave);
  }

  close(): void {
    clearInterval(this.#looking);
    this.#leaving.removeEventListener('abort', this.#onLeave);
  }
}
