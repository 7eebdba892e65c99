import type { MonoMs } from '../core/time/instant.ts';

/**
 * The greatest lateness among the requests of one kind that may still keep the target busy. What is caught up reaches the
 * target as one wave, behind which requests wait that were on time: each for at most the wave's lateness, and for no longer
 * than an earlier one that was due after the wave.
 */
class Wave {
  #ms = 0;
  #at = -Infinity;

  /** Records a request that is sent now. */
  sent(ms: number, now: number): void {
    if (ms < this.#ms) return;
    this.#ms = ms;
    this.#at = now;
  }

  /** Records the answer to a request, with the on-time instant at which it was due, and the time since it was sent or due. */
  answered(onTimeAt: number, tookMs: number): void {
    if (onTimeAt > this.#at && tookMs < this.#ms) this.#ms = tookMs;
  }

  /** The longest time that an answer may have waited behind the wave, ms. */
  get ms(): number {
    return this.#ms;
  }
}

/**
 * Squall's own lateness: of the event that is being handled, and what each client carries from event to event. A client
 * that loses its connection, waits, dials and becomes ready is late by the sum of what squall lost at each of these steps.
 *
 * Only live runs have it. The world names the client and the lateness of each event before the machine handles it; the
 * recorder reports the observations that begin or end something.
 *
 *     event                               lateness
 *     on the way to a connection          its own + carried from the event before it
 *     of a ready connection               its own
 *     answer of the token service         its own + carried from the request
 *     a command falls due or times out    its own
 *     acknowledgement                     its own + carried from the sending
 *
 * An event's own lateness is its alarm's, or the longest time for which what was read may have lain unread. A
 * client's changes of state are in the same order on time as they were.
 */
export class Lateness {
  /** lateness of the event that is being handled, ms */
  ms = 0;
  #now = 0;
  #ownMs = 0;
  readonly #attempts = new Wave();
  readonly #requests = new Wave();
  readonly #sendings = new Wave();
  #client = 0;
  /** on-time instant of each client's latest change of state, which no later event may precede */
  readonly #onTimeAt: Float64Array;
  /** whether the client is on its way to a connection */
  readonly #underWay: Uint8Array;
  /** lateness at the last step on that way, ms */
  readonly #connection: Float64Array;
  /** lateness at the intended start of its attempt, ms */
  readonly #attempt: Float64Array;
  /** lateness at the intended start of its join, ms */
  readonly #join: Float64Array;
  /** lateness at the loss of its connection, ms */
  readonly #loss: Float64Array;
  /** lateness of its token request, or of the failure after which it asks again, ms */
  readonly #token: Float64Array;
  /** lateness at the intended start of its token request, ms */
  readonly #request: Float64Array;
  /** greatest lateness of the sendings of its commands under way, ms */
  readonly sentLateMs: Float64Array;
  /** number of its commands under way */
  readonly #sent: Uint32Array;

  constructor(clients: number) {
    const column = (): Float64Array => new Float64Array(clients);
    this.#onTimeAt = column();
    this.#underWay = new Uint8Array(clients).fill(1);
    this.#connection = column();
    this.#attempt = column();
    this.#join = column();
    this.#loss = column();
    this.#token = column();
    this.#request = column();
    this.sentLateMs = column();
    this.#sent = new Uint32Array(clients);
  }

  /** Begins an event of a client's connection, or on its way to one. */
  ofConnection(client: number, ownMs: number, now: MonoMs): void {
    this.#begin(client, ownMs, ownMs + this.#connection[client]!, now);
    if (this.#underWay[client] === 1) this.#connection[client] = this.ms;
  }

  /**
   * Begins an event of a client's token: the next one is due, or the token service has answered.
   *
   * @param isOver whether nothing follows from it: a token has come
   */
  ofToken(client: number, ownMs: number, now: MonoMs, isOver = false): void {
    this.#begin(client, ownMs, ownMs + this.#token[client]!, now);
    this.#token[client] = isOver ? 0 : this.ms;
  }

  /** Carries the lateness of the event in which a client asks for a token. */
  asksForToken(client: number): void {
    this.#token[client] = this.ms;
  }

  /** Begins an event of a client's commands. */
  ofCommand(client: number, ownMs: number, now: MonoMs): void {
    this.#client = client;
    this.#now = now;
    this.#ownMs = ownMs;
    this.ms = ownMs;
  }

  /** Ends the last event; what follows is on time. */
  end(): void {
    this.ms = 0;
    this.#ownMs = 0;
  }

  /** Carries the lateness of an alarm that is put off. */
  putOffConnection(client: number, ms: number): void {
    this.#connection[client] = this.#connection[client]! + ms;
  }

  /** Carries the lateness of a token alarm that is put off. */
  putOffToken(client: number, ms: number): void {
    this.#token[client] = this.#token[client]! + ms;
  }

  /** Records the beginning of an attempt. @param startMs its actual start minus its intended one */
  attempted(startMs: number): void {
    const client = this.#client;
    this.#attempt[client] = this.ms - startMs;
    this.#attempts.sent(this.ms, this.#now);
    this.#setOut(client);
  }

  /** Records a change of state. */
  moved(now: MonoMs): void {
    this.#onTimeAt[this.#client] = now - this.ms;
  }

  attemptFailed(): void {
    this.#setOut(this.#client);
  }

  lost(): void {
    this.#loss[this.#client] = this.ms;
    this.#setOut(this.#client);
  }

  /** Records that the client is ready after an attempt that took so long; nothing is carried any more. */
  ready(tookMs: number): void {
    this.#attempts.answered(this.#now - tookMs - this.ofAttempt, tookMs);
    this.#underWay[this.#client] = 0;
    this.#connection[this.#client] = 0;
  }

  /** Records the beginning of a join. @param startMs its actual start minus its intended one */
  asksToJoin(startMs: number): void {
    this.#join[this.#client] = this.ms - startMs;
  }

  /** Records that the client is ready again after a lost channel; nothing is carried any more. */
  rejoined(): void {
    this.#underWay[this.#client] = 0;
    this.#connection[this.#client] = 0;
  }

  /** The lateness that a client carries on its way to a connection, ms; 0: it is on none. */
  ofWay(client: number): number {
    return this.#underWay[client] === 1 ? this.#connection[client]! : 0;
  }

  /** The lateness that a client carries on its way to a token, ms. */
  ofTokens(client: number): number {
    return this.#token[client]!;
  }

  /** The lateness of the event alone, without what is carried, ms. */
  get own(): number {
    return Math.min(this.#ownMs, this.ms);
  }

  /** The lateness of the intended start of the attempt, ms. */
  get ofAttempt(): number {
    return this.#attempt[this.#client]!;
  }

  /** The lateness of the intended start of the join, ms. */
  get ofJoin(): number {
    return this.#join[this.#client]!;
  }

  /** The lateness of the loss, ms. */
  get ofLoss(): number {
    return this.#loss[this.#client]!;
  }

  /** The lateness of the intended start of the token request, ms. */
  get ofRequest(): number {
    return this.#request[this.#client]!;
  }

  /** Records the beginning of a token request. @param startMs its actual start minus its intended one; default: the lateness of the alarm */
  requested(startMs = this.#ownMs): void {
    this.#request[this.#client] = this.ms - startMs;
    this.#requests.sent(this.ms, this.#now);
  }

  /** Records that a token is in hand after a request that took so long. */
  granted(tookMs: number): void {
    this.#requests.answered(this.#now - tookMs - this.ofRequest, tookMs);
  }

  /** Records that a command is acknowledged which took so long. */
  acknowledged(tookMs: number): void {
    this.#sendings.answered(this.#now - tookMs, tookMs);
  }

  /** Records that a command is sent, late by `ms`. */
  sent(client: number, again: boolean, ms: number): void {
    const earlier = this.#sent[client] === 0 ? 0 : this.sentLateMs[client]!;
    this.sentLateMs[client] = Math.max(earlier, ms);
    this.#sendings.sent(ms, this.#now);
    if (!again) this.#sent[client] = this.#sent[client]! + 1;
  }

  /** Records the end of a command that was sent. @returns the lateness of its sending and of its end, ms */
  settled(client: number): number {
    if (this.#sent[client]! > 0) this.#sent[client] = this.#sent[client]! - 1;
    return this.#ownMs + this.sentLateMs[client]!;
  }

  /**
   * The lateness from a start that was `startMs` late to the end of an attempt, ms: what the client was late with on its way,
   * or the time that it may have waited behind late attempts.
   */
  ofReady(startMs: number): number {
    return Math.max(this.ms - startMs, this.#ownMs + this.#attempts.ms);
  }

  /** The same from the start of a token request to its answer. */
  get ofAnswer(): number {
    return Math.max(this.ms - this.ofRequest, this.#ownMs + this.#requests.ms);
  }

  /** The longest time on an expired token that may be due to late requests and attempts, ms. */
  get ofExposure(): number {
    return Math.max(this.ms, this.#ownMs + Math.max(this.#attempts.ms, this.#requests.ms));
  }

  /** The same from the sending of a command, late by `ms` with its acknowledgement, to its acknowledgement. */
  ofAcknowledgement(ms: number): number {
    return Math.max(ms, this.#ownMs + this.#sendings.ms);
  }

  #begin(client: number, ownMs: number, ms: number, now: MonoMs): void {
    this.#client = client;
    this.#now = now;
    this.#ownMs = ownMs;
    this.ms = Math.max(0, Math.min(ms, now - this.#onTimeAt[client]!));
  }

  #setOut(client: number): void {
    this.#underWay[client] = 1;
    this.#connection[client] = this.ms;
  }
}
