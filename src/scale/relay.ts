import type { StartedWorker } from '../live/worker/shard-host.ts';
import type { FromShard, ShardInterval, ShardResult } from '../live/shard/shard-messages.ts';
import type { RecorderStore } from '../metrics/store.ts';
import { StoreChanges } from '../metrics/store-changes.ts';
import { sharedNowMs, wallErrorMs } from '../metrics/wall-clock.ts';
import type { ClockReading, FromSlot, ToSlot } from './messages.ts';
import type { TokenTail } from './token-tail.ts';

/** Interval at which changes of the counts and lines of the record of tokens are sent, ms. */
const CHANGES_MS = 1000;
/** Interval at which the clock of Redis is read again while the start is awaited, ms. */
const CLOCK_MS = 5000;

/** What stands between a shard's worker and its coordinator. */
export interface RelayParts {
  readonly started: StartedWorker;
  /** copy of the worker's counts */
  readonly store: RecorderStore;
  /** null: no record of tokens is kept */
  readonly tokens: TokenTail | null;
  readonly clock: ClockReading;
  /** Reads the clock of Redis. */
  readonly readClock: () => Promise<ClockReading>;
  readonly send: (message: FromSlot) => void;
  readonly log: (line: string) => void;
}

/**
 * Passes messages between a shard's worker and its coordinator on another machine: counts are sent as what changed in them,
 * and the start is converted from the clock of Redis to this machine's.
 */
export class Relay {
  readonly #parts: RelayParts;
  readonly #changes: StoreChanges;
  readonly #sending: NodeJS.Timeout;
  #clock: ClockReading;
  #reading: NodeJS.Timeout | undefined;
  /** this machine's wall clock minus the run's when the start of the run was announced, ms */
  #wallErrorAtGoMs = 0;

  constructor(parts: RelayParts) {
    this.#parts = parts;
    this.#clock = parts.clock;
    this.#changes = new StoreChanges(parts.store);
    this.#sending = setInterval(() => this.#sendProgress(), CHANGES_MS);
    parts.started.receive((message) => this.#pass(message));
  }

  /** Passes a message of the coordinator on to the shard's worker. */
  hear(message: Exclude<ToSlot, { readonly type: 'end' }>): void {
    if (message.type === 'tell') return this.#parts.started.send(message.message);
    clearInterval(this.#reading);
    const start = { hrMs: message.startRedisMs - this.#clock.offsetMs, wallMs: message.wallMs };
    this.#wallErrorAtGoMs = wallErrorMs(start);
    this.#parts.started.send({ type: 'go', start });
    this.#parts.log(startLine(start.hrMs - sharedNowMs(), this.#clock.errorMs));
  }

  /** Sends all that has not been sent, and the result. */
  end(result: ShardResult): void {
    this.#sendChanges();
    this.#sendTokens(Infinity);
    this.#parts.send({ type: 'result', result: { ...result, interval: this.#corrected(result.interval) } });
  }

  /** Ends the sending of counts. */
  stop(): void {
    clearInterval(this.#sending);
    clearInterval(this.#reading);
  }

  #pass(message: FromShard): void {
    if (message.type === 'prepared') {
      // The start follows this message, so that the clock is read before it.
      void this.#readClock().then(() => this.#say(message));
      this.#reading = setInterval(() => void this.#readClock(), CLOCK_MS);
      return;
    }
    this.#say(message.type === 'interval' ? { ...message, interval: this.#corrected(message.interval) } : message);
  }

  #say(message: FromShard): void {
    this.#sendChanges();
    this.#parts.send({ type: 'said', message });
  }

  /** Keeps the last reading where Redis does not answer. */
  async #readClock(): Promise<void> {
    const reading = await this.#parts.readClock().catch(() => null);
    if (reading !== null) this.#clock = reading;
  }

  /** Takes the difference between the two machines' wall clocks out of an interval: it is no step of a clock. */
  #corrected(interval: ShardInterval): ShardInterval {
    return { ...interval, wallErrorMs: interval.wallErrorMs - this.#wallErrorAtGoMs };
  }

  #sendProgress(): void {
    this.#sendChanges();
    this.#sendTokens(1);
  }

  #sendChanges(): void {
    const changes = this.#changes.take();
    if (changes.length > 0) this.#parts.send({ type: 'changes', changes });
  }

  /** @param most number of pieces that are sent at most */
  #sendTokens(most: number): void {
    const { tokens, send } = this.#parts;
    if (tokens === null) return;
    for (let sent = 0; sent < most; sent++) {
      const text = tokens.take();
      if (text === '') return;
      send({ type: 'tokens', text });
    }
  }
}

function startLine(leftMs: number, errorMs: number): string {
  const clock = `clock within ${errorMs.toFixed(2)} ms`;
  if (leftMs < 0)
    return `starts ${Math.ceil(-leftMs)} ms late: the start came too late from the coordinator (${clock})`;
  return `starts in ${(leftMs / 1000).toFixed(1)} s (${clock})`;
}
