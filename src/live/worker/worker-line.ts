import type { FaultTally } from '../../core/fault/fault.ts';
import type { FromShard, ShardInterval, ToShard } from '../shard/shard-messages.ts';
import type { LoginTally } from '../tokens/first-logins.ts';

/** The way of messages to one worker and back, between threads or processes. */
export interface Wire {
  send(message: ToShard): void;
  /** Sets the receiver of what the worker sends. */
  receive(hear: (message: FromShard) => void): void;
}

type Waiter = (message: FromShard) => void;

export type Answer<Type extends FromShard['type']> = Extract<FromShard, { type: Type }>;

/** Interval in which nothing happened, as of a worker that died before its first one. */
export const NO_INTERVAL: ShardInterval = {
  histograms: {},
  loopDelayP99Ms: 0,
  wallErrorMs: 0,
  endLateMs: 0,
  delayedAttempts: 0,
  delayedRequests: 0,
  delayedJoinRequests: 0,
  renewed: [],
  faults: {},
  ownProcess: null,
};

/** The line to one worker. It answers each question once and in order, so answers find their askers by kind. */
export class WorkerLine {
  readonly #wire: Wire;
  readonly #waiters = new Map<FromShard['type'], Waiter[]>();
  #onLogins: (tally: LoginTally) => void = () => {};
  #lastInterval = NO_INTERVAL;
  #isDead = false;
  #askedAtMs = Infinity;

  constructor(wire: Wire) {
    this.#wire = wire;
    wire.receive((message) => {
      if (message.type === 'logging-in') this.#onLogins(message.tally);
      else this.#hear(message);
    });
  }

  onLogins(onLogins: (tally: LoginTally) => void): void {
    this.#onLogins = onLogins;
  }

  send(message: ToShard): void {
    if (!this.#isDead) this.#wire.send(message);
  }

  answer<Type extends FromShard['type']>(type: Type): Promise<Answer<Type>> {
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(type) ?? [];
      waiters.push((message) => {
        if (isAnswer(message, type)) resolve(message);
      });
      this.#waiters.set(type, waiters);
      if (type === 'interval') this.#askedAtMs = Math.min(this.#askedAtMs, performance.now());
      if (this.#isDead) this.#answerAgain();
    });
  }

  /** Time for which the worker has owed its interval, ms; 0: it owes none. */
  get overdueMs(): number {
    return Math.max(0, performance.now() - this.#askedAtMs);
  }

  /**
   * Running totals of the last interval of a worker that died, without latencies and tokens, which have been reported. Of
   * its faults only the hits and misses are left that it had counted: the others that were planned are no misses.
   */
  get lastInterval(): ShardInterval {
    const faults = Object.entries(this.#lastInterval.faults).map(([index, tally]) => [index, counted(tally)] as const);
    return { ...this.#lastInterval, histograms: {}, renewed: [], faults: Object.fromEntries(faults) };
  }

  /** Answers in place of a worker that died, with its last interval. */
  worksNoMore(): void {
    this.#isDead = true;
    this.#answerAgain();
  }

  #answerAgain(): void {
    const interval = this.lastInterval;
    for (const resolve of this.#waiters.get('interval')?.splice(0) ?? []) resolve({ type: 'interval', interval });
  }

  #hear(message: FromShard): void {
    if (message.type === 'interval') {
      this.#lastInterval = message.interval;
      this.#askedAtMs = Infinity;
    }
    this.#waiters.get(message.type)?.shift()?.(message);
  }
}

/** A tally with no more planned than hit or missed. */
function counted({ hit, missed }: FaultTally): FaultTally {
  return { planned: Object.values(missed).reduce((sum, n) => sum + n, hit), hit, missed };
}

function isAnswer<Type extends FromShard['type']>(message: FromShard, type: Type): message is Answer<Type> {
  return message.type === type;
}
