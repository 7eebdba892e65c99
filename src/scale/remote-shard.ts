import type { RunStart } from '../live/time/clock.ts';
import type { RunRefused } from '../live/refused.ts';
import { WorkerDied, type StartedWorker } from '../live/worker/shard-host.ts';
import type { FromShard, ShardResult, ToShard } from '../live/shard/shard-messages.ts';
import { oneLine } from '../core/text/one-line.ts';
import type { RecorderStore } from '../metrics/store.ts';
import { applyChanges } from '../metrics/store-changes.ts';
import { ProtocolFailed } from '../protocols/own/failure.ts';
import type { Channel } from './channel.ts';
import type { ClockReading, FromSlot, ToSlot } from './messages.ts';

/** Most characters of a text of a worker that are shown. */
const TEXT_CHARS = 300;
/** Longest wait until a slot has acknowledged that its shard is over, ms. */
const GOODBYE_MS = 1000;

/** The loss of a shard: its clients are gone, or nobody hears of them any more. */
export class ShardLost extends WorkerDied {
  override readonly name = 'ShardLost';
}

/** What a remote shard is made of. */
export interface RemoteShardParts {
  readonly channel: Channel<ToSlot, FromSlot>;
  /** copy of its counts */
  readonly store: RecorderStore;
  /** such as `shard 3 of 8` */
  readonly name: string;
  /** Converts the start of the run, by this machine's monotonic clock, to Redis time, ms. */
  redisMsAt(hrMs: number): number;
  /** Appends lines to the record of tokens. */
  addTokens(text: string): void;
  /** called when a slot has taken the shard */
  onTaken(): void;
}

/** A shard that a slot of another machine holds, as the coordinator sees it. */
export class RemoteShard implements StartedWorker {
  readonly result: Promise<ShardResult>;
  readonly #parts: RemoteShardParts;
  #hear: (message: FromShard) => void = () => {};
  #settle!: { resolve(result: ShardResult): void; reject(error: Error): void };
  #state: 'offered' | 'held' | 'done' | 'lost' = 'offered';
  #worker: string | null = null;
  #clock: ClockReading | null = null;

  constructor(parts: RemoteShardParts) {
    this.#parts = parts;
    this.result = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // A shard may be lost before anybody awaits its result.
    this.result.catch(() => {});
    parts.channel.receive((message) => this.#take(message));
    parts.channel.onFailure(({ message }) => this.lose(message));
  }

  /** Name with its worker's, such as `shard 3 of 8 on host-b`. */
  get name(): string {
    return this.#worker === null ? this.#parts.name : `${this.#parts.name} on ${this.#worker}`;
  }

  /** Name of the worker that took it; null: nobody has. */
  get worker(): string | null {
    return this.#worker;
  }

  /** Clock of the worker that took it; null: nobody has. */
  get clock(): ClockReading | null {
    return this.#clock;
  }

  /** Whether a slot holds it now. */
  get isHeld(): boolean {
    return this.#state === 'held';
  }

  /** Whether nobody has taken it yet. */
  get isOffered(): boolean {
    return this.#state === 'offered';
  }

  /** Time since its slot was last heard, while Redis could be reached, ms. */
  get silentMs(): number {
    return this.#parts.channel.silentMs;
  }

  send(message: ToShard): void {
    if (this.#isOver) return;
    // Nobody winds down what nobody has begun.
    if (message.type === 'wind-down' && this.#state === 'offered') return this.lose('nobody has taken it');
    this.#parts.channel.send(message.type === 'go' ? this.#go(message.start) : { type: 'tell', message });
  }

  receive(hear: (message: FromShard) => void): void {
    this.#hear = hear;
  }

  /** Gives the shard up: what its slot says from now on is ignored, and its load ends as soon as it hears that. */
  lose(how: string): void {
    this.#fail(new ShardLost(how));
  }

  /** Refuses the run because of this shard. */
  refuse(refusal: RunRefused): void {
    this.#fail(refusal);
  }

  /** Ends its load at once. Resolves when its slot knows, or soon if it does not answer. */
  async stop(why: string): Promise<void> {
    this.#parts.channel.send({ type: 'end', why });
    // A slot that is lost, or has never been there, acknowledges nothing; its lease ends its load.
    if (this.#worker !== null && this.#state !== 'lost') await this.#parts.channel.flushed(GOODBYE_MS);
  }

  async end(): Promise<void> {
    await this.stop('the run is over');
    this.#state = 'done';
    this.#parts.channel.close();
  }

  get #isOver(): boolean {
    return this.#state === 'done' || this.#state === 'lost';
  }

  #fail(error: Error): void {
    if (this.#isOver) return;
    this.#state = error instanceof ShardLost ? 'lost' : 'done';
    void this.stop(error.message);
    this.#settle.reject(error);
  }

  #go({ hrMs, wallMs }: RunStart): ToSlot {
    return { type: 'go', startRedisMs: this.#parts.redisMsAt(hrMs), wallMs };
  }

  #take(message: FromSlot): void {
    if (this.#isOver) return;
    switch (message.type) {
      case 'took':
        this.#state = 'held';
        this.#worker = shown(message.worker);
        this.#clock = message.clock;
        return this.#parts.onTaken();
      case 'changes':
        return this.#apply(message.changes);
      case 'said':
        return this.#hear(message.message);
      case 'tokens':
        return this.#parts.addTokens(message.text);
      case 'result':
        this.#state = 'done';
        return this.#settle.resolve(message.result);
      case 'failed':
        return this.#fail(failureOf(this.name, message));
      case 'leaving':
        return this.lose(shown(message.why));
    }
  }

  #apply(changes: Extract<FromSlot, { type: 'changes' }>['changes']): void {
    try {
      applyChanges(this.#parts.store, changes);
    } catch {
      this.lose('its counts do not fit those of the run');
    }
  }
}

function failureOf(name: string, { message, isProtocol }: Extract<FromSlot, { type: 'failed' }>): Error {
  const text = `${name}: ${shown(message)}`;
  return isProtocol ? new ProtocolFailed(text) : new Error(text);
}

/** A text of a worker as one short line. */
function shown(text: string): string {
  return oneLine(text).slice(0, TEXT_CHARS);
}
