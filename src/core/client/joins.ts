import { SERIES_INDEX, TIMING_INDEX } from '../metrics.ts';
import type { BackoffPolicy } from '../policy/backoff.ts';
import { delayMs } from '../policy/delay.ts';
import { PURPOSE } from '../random/draws.ts';
import { NETWORK, type Signal } from '../signal.ts';
import { NEVER, mono, type MonoMs } from '../time/instant.ts';
import type { JoinBehaviour } from './behaviour.ts';
import { FLAG, has, isRejoining, JOIN_PHASE as PHASE, raise, REJOINS, type ClientColumns } from './columns.ts';
import { ALARM, numberOf, slotOf, type ClientContext } from './context.ts';
import type { KeepAlive } from './keep-alive.ts';
import { STATE } from './states.ts';
import type { StateKeeper } from './state-keeper.ts';
import type { TokenExposure } from './token-exposure.ts';
import type { TokenKeeper } from './token-keeper.ts';

const MOST_RETRIES = 65_535;

/** The parts of the machine that joins use. */
export interface JoinParts {
  readonly context: ClientContext;
  readonly states: StateKeeper;
  readonly tokens: TokenKeeper;
  readonly exposure: TokenExposure;
  readonly keepAlive: KeepAlive | null;
}

/**
 * The channels of clients on open, authenticated connections: joins, and joins that are tried again on the same
 * connection. A client's channels count as one. Where the protocol has no rejoin, the limit on the attempt is the only
 * limit on a join, and a join that fails ends the connection.
 */
export class Joins {
  readonly #parts: JoinParts;
  readonly #context: ClientContext;
  readonly #columns: ClientColumns;
  readonly #timeoutMs: number;
  readonly #rejoin: BackoffPolicy | null;
  readonly #presents: boolean;

  constructor(parts: JoinParts, { timeoutMs, rejoin, presents }: JoinBehaviour) {
    this.#parts = parts;
    this.#context = parts.context;
    this.#columns = parts.context.columns;
    this.#timeoutMs = timeoutMs;
    this.#rejoin = rejoin;
    this.#presents = presents;
  }

  /** Whether joins that fail are tried again on the same connection. */
  get rejoins(): boolean {
    return this.#rejoin !== null;
  }

  /** Whether a join may follow the advice on the same connection: to refresh only where joins present the token. */
  follows(refresh: boolean): boolean {
    return this.#rejoin !== null && (!refresh || this.#presents);
  }

  /** Whether the client awaits the answer to a join. */
  asked(client: number): boolean {
    return (this.#columns.joinPhase.at(client) & ~REJOINS) === PHASE.asked;
  }

  /** Whether the client awaits another token before its next join. */
  awaitsToken(client: number): boolean {
    return (this.#columns.joinPhase.at(client) & ~REJOINS) === PHASE.token;
  }

  /** Whether the client's own time is up: the join timed out, or the rejoin delay is over. */
  isDue(client: number, now: MonoMs): boolean {
    return this.#rejoin === null || now >= this.#columns.joinDueAt[client]!;
  }

  /** Handles an open, authenticated socket: asks for the channels. */
  begin(client: number, now: MonoMs): void {
    const { observer } = this.#context;
    observer.happened(SERIES_INDEX.connected, now);
    if (this.#isOut(client)) observer.happened(SERIES_INDEX.socketsBack, now);
    this.#columns.joinPhase.set(client, PHASE.none);
    if (this.#columns.joinRetry[client] !== 0) this.#columns.joinRetry[client] = 0;
    if (this.#rejoin !== null) {
      this.#columns.joinDueAt[client] = NEVER;
      this.#parts.keepAlive?.begin(client, now);
    }
    this.#parts.states.move(client, STATE.joining, now);
    this.#ask(client, now, now);
  }

  /** Handles the loss of the channel of a ready client. */
  lost(client: number): void {
    this.#columns.joinPhase.set(client, REJOINS);
    this.#columns.joinRetry[client] = 0;
  }

  /** Asks for the channels, or for another token first. @returns false: no other token will come */
  ask(client: number, intended: MonoMs, now: MonoMs): boolean {
    const { tokens } = this.#parts;
    if (!this.#presents || tokens.usable(client, now)) this.#ask(client, intended, now);
    else {
      if (tokens.exhausted(client)) return false;
      this.#become(client, PHASE.token);
      this.#alarm(client, NEVER, now);
      tokens.want(client, intended, now);
    }
    return true;
  }

  /** Handles the rejection of the token in hand. @returns false: the next join waits for the rejoin delay */
  reject(client: number): boolean {
    this.#parts.tokens.reject(client);
    if (!this.#parts.tokens.asksAtOnce || has(this.#columns, client, FLAG.refreshedOnReject)) return false;
    raise(this.#columns, client, FLAG.refreshedOnReject);
    return true;
  }

  /** Whether a joined channel was there for at least as long as its next rejoin delay. */
  stood(client: number, now: MonoMs): boolean {
    return now - this.#columns.readyAt.at(client) >= this.#delayMs(client, 0);
  }

  /** Waits for the rejoin delay. @returns false: the policy gives up */
  wait(client: number, now: MonoMs): boolean {
    const f = this.#columns;
    const retry = f.joinRetry[client]!;
    const delay = this.#delayMs(client, retry);
    if (delay === NEVER) return false;
    f.joinRetry[client] = Math.min(retry + 1, MOST_RETRIES);
    this.#become(client, PHASE.delayed);
    this.#alarm(client, mono(now + delay), now);
    return true;
  }

  /** Records that the join under way has failed, if there is one. */
  failed(client: number, signal: Signal): void {
    if (!this.asked(client)) return;
    this.#become(client, PHASE.none);
    if (signal !== NETWORK.windDown) this.#context.observer.failed(TIMING_INDEX.join, signal);
  }

  /** Handles joined channels. @returns whether they had been joined over this connection before */
  joined(client: number, now: MonoMs): boolean {
    const again = isRejoining(this.#columns, client);
    this.#context.observer.joined(now, mono(this.#columns.joinAt[client]!));
    this.#columns.joinPhase.set(client, PHASE.none);
    if (this.#columns.joinRetry[client] !== 0) this.#columns.joinRetry[client] = 0;
    if (this.#rejoin !== null) this.#alarm(client, NEVER, now);
    return again;
  }

  /** Handles the end of a client's socket, joined or not, after which nothing of a join is left. */
  socketEnded(client: number, now: MonoMs): void {
    if (this.#isOut(client)) this.#context.observer.happened(SERIES_INDEX.socketsLost, now);
    if (this.#columns.joinPhase.at(client) !== PHASE.none) this.#columns.joinPhase.set(client, PHASE.none);
  }

  /** Ends the run: records a join under way as unfinished. */
  breakOff(client: number, now: MonoMs): void {
    if (this.asked(client)) this.#context.observer.unfinished(TIMING_INDEX.join, now - this.#columns.joinAt[client]!);
  }

  /** Whether the client had been ready, and is not any more. */
  #isOut(client: number): boolean {
    return !Number.isNaN(this.#columns.lostAt.at(client));
  }

  #delayMs(client: number, retry: number): number {
    if (this.#rejoin === null) return NEVER;
    const n = this.#columns.joins[client]!;
    return delayMs(
      this.#rejoin,
      retry,
      0,
      this.#context.draws.unit(numberOf(this.#context, client), PURPOSE.rejoin, n),
    );
  }

  #ask(client: number, intended: MonoMs, now: MonoMs): void {
    const f = this.#columns;
    f.joins[client]!++;
    f.joinAt[client] = intended;
    this.#become(client, PHASE.asked);
    if (this.#presents) this.#parts.exposure.present(client);
    if (this.#rejoin !== null) this.#alarm(client, mono(now + this.#timeoutMs), now);
    this.#context.observer.join(now, intended);
    this.#context.port.join(client);
  }

  #become(client: number, phase: number): void {
    const { joinPhase } = this.#columns;
    joinPhase.set(client, (joinPhase.at(client) & REJOINS) | phase);
  }

  /** Sets the end of the client's own wait; keep-alive may ring the main alarm before it. */
  #alarm(client: number, at: MonoMs, now: MonoMs): void {
    this.#columns.joinDueAt[client] = at;
    const { keepAlive } = this.#parts;
    if (keepAlive !== null) return keepAlive.plan(client, now);
    const slot = slotOf(client, ALARM.main);
    if (at === NEVER) this.#context.queue.clear(slot);
    else this.#context.queue.set(slot, at);
  }
}
