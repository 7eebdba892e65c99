import { COUNT_INDEX, TIMING_INDEX } from '../../core/metrics.ts';
import { delayMs } from '../../core/policy/delay.ts';
import type { BackoffPolicy } from '../../core/policy/backoff.ts';
import { PURPOSE, type Draws } from '../../core/random/draws.ts';
import { NETWORK, type Signal } from '../../core/signal.ts';
import { EventQueue } from '../../core/time/event-queue.ts';
import { NEVER } from '../../core/time/instant.ts';
import type { Recorder } from '../../metrics/recorder.ts';
import { Abort } from '../abort.ts';
import type { NoteSighting } from './client-sightings.ts';
import type { Credentials, Validity } from './credentials.ts';
import { retryAfterMs } from '../http/retry-after.ts';
import type { NextToken, TokenSource } from './token-source.ts';

/** Most logins of a worker under way at a time. */
const MOST_UNDER_WAY = 256;
/** Most tries of one login. */
const MOST_TRIES = 10;
/** Most tries of one login while nobody has logged in, where nothing listens or the request is refused as wrong. */
const MOST_TRIES_IN_VAIN = 4;
/** Longest time from the first try of a login to its last, ms. */
const LONGEST_LOGIN_MS = 300_000;
/** Clients that fail before any has logged in, after which the others do not try: nobody can log in. */
const FAILURES_THAT_SHOW = 10;
/** Most time that the pace catches up after a late timer, ms. */
const CATCH_UP_MS = 50;

const TOO_MANY_REQUESTS = 429;
const REQUEST_TIMEOUT = 408;
const UNAVAILABLE = 503;

export interface FirstLoginsParts {
  readonly source: Pick<TokenSource, 'first'>;
  readonly credentials: Credentials;
  readonly count: number;
  /** clients that share each login, which one of them makes: the devices of a user, or 1 */
  readonly perLogin: number;
  /** most logins a second of this worker */
  readonly perSecond: number;
  /** place of this worker's logins between those of the others, as a share of the time between two of its own */
  readonly phase: number;
  readonly timeoutMs: number;
  readonly retry: BackoffPolicy;
  readonly draws: Draws;
  /** number of a client of this worker in the whole population */
  readonly numberOf: (client: number) => number;
  readonly recorder: Pick<Recorder, 'count' | 'timed' | 'failed' | 'unfinished'>;
  readonly noteSighting: NoteSighting;
}

/** Progress of logins before a run, in clients. */
export interface LoginTally {
  readonly planned: number;
  readonly done: number;
  /** clients that could not log in; they log in during the run */
  readonly failed: number;
}

/**
 * The logins of a worker's clients before the run, at a steady pace; devices that share tokens log in once. A provider that asks for a pause (429 or 503 with
 * Retry-After) gets it from all of them. Tries are bounded in number and time.
 */
export class FirstLogins {
  /** validity of each client's first token; absent: the client has none */
  readonly validity: (Validity | undefined)[] = [];
  readonly #parts: FirstLoginsParts;
  /** when the next try of each login is due, ms since the beginning */
  readonly #queue: EventQueue;
  readonly #tries: Uint8Array;
  readonly #firstAt: Float64Array;
  readonly #previousDelay: Float64Array;
  readonly #underWay = new Set<Abort>();
  readonly #beganAt = performance.now();
  #pausedUntil = 0;
  #freeAt = 0;
  #isOver = false;
  #done = 0;
  #failed = 0;
  #wake: () => void = () => {};

  constructor(parts: FirstLoginsParts) {
    const { count, perLogin, perSecond, phase } = parts;
    const logins = Math.ceil(count / perLogin);
    this.#parts = parts;
    this.#queue = new EventQueue(logins);
    this.#tries = new Uint8Array(logins);
    this.#firstAt = new Float64Array(logins);
    this.#previousDelay = new Float64Array(logins);
    for (let login = 0; login < logins; login++) this.#queue.set(login, ((login + phase) * 1000) / perSecond);
  }

  get tally(): LoginTally {
    return { planned: this.#parts.count, done: this.#done, failed: this.#failed };
  }

  /** Resolves when every client has logged in or given up, or after `stop`. */
  async run(): Promise<void> {
    const { perSecond } = this.#parts;
    while (!this.#isOver) {
      const dueAt = this.#queue.nextAt();
      if (dueAt === NEVER && this.#underWay.size === 0) return;
      const at = Math.max(dueAt, this.#freeAt, this.#pausedUntil);
      const now = this.#now();
      if (at > now || this.#underWay.size >= MOST_UNDER_WAY) {
        await this.#settled(this.#underWay.size >= MOST_UNDER_WAY ? NEVER : at - now);
        continue;
      }
      this.#freeAt = Math.max(at, now - CATCH_UP_MS) + 1000 / perSecond;
      void this.#logIn(this.#queue.pop(), at);
    }
  }

  /** Ends the logins under way, and begins no more. */
  stop(): void {
    this.#isOver = true;
    for (const abort of this.#underWay) abort.abort();
    this.#wake();
  }

  /** Waits until a login has ended, `stop` was called, or `ms` have passed. */
  async #settled(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (ms !== NEVER) timer = setTimeout(resolve, Math.ceil(ms));
    });
    clearTimeout(timer);
  }

  async #logIn(login: number, intendedAt: number): Promise<void> {
    const { source, perLogin, timeoutMs, recorder } = this.#parts;
    if (this.#tries[login] === 0) this.#firstAt[login] = intendedAt;
    this.#tries[login]! += 1;
    recorder.count(COUNT_INDEX.loginsBefore, 1);
    const abort = new Abort();
    this.#underWay.add(abort);
    // A thread that did not run may find timer and answer due at once; the answer, which came first, is read first.
    const timer = setTimeout(() => setImmediate(() => abort.abort()), timeoutMs);
    const answer = await source.first(login * perLogin, abort);
    clearTimeout(timer);
    this.#underWay.delete(abort);
    const tookMs = this.#now() - intendedAt;
    if (answer.ok) this.#loggedIn(login, answer, tookMs);
    else if (this.#isOver) recorder.unfinished(TIMING_INDEX.login, tookMs);
    else this.#refused(login, abort.aborted ? { ok: false, signal: NETWORK.timeout } : answer);
    this.#wake();
  }

  #loggedIn(login: number, { access, refresh, validity }: Extract<NextToken, { ok: true }>, tookMs: number): void {
    const { credentials, recorder, perLogin } = this.#parts;
    const clients = this.#clientsOf(login);
    for (let client = login * perLogin; client < login * perLogin + clients; client++) {
      credentials.access[client] = access;
      if (refresh !== null) credentials.refresh[client] = refresh;
      this.validity[client] = validity;
    }
    this.#done += clients;
    recorder.timed(TIMING_INDEX.login, tookMs);
  }

  /** Number of clients that get the tokens of a login; the last user may have fewer devices. */
  #clientsOf(login: number): number {
    const { count, perLogin } = this.#parts;
    return Math.min(perLogin, count - login * perLogin);
  }

  #refused(login: number, { signal, said, retryAfter }: Extract<NextToken, { ok: false }>): void {
    const { recorder, noteSighting, perLogin } = this.#parts;
    recorder.count(COUNT_INDEX.loginsBeforeFailed, 1);
    recorder.failed(TIMING_INDEX.login, signal);
    noteSighting('token', login * perLogin, signal, said ?? '');
    const again = this.#againAt(login, signal, retryAfterMs(retryAfter ?? null, Date.now()));
    if (again === NEVER) this.#giveUp(login);
    else this.#queue.set(login, again);
  }

  /** When a login may be tried again after a failure; NEVER: it is given up. */
  #againAt(login: number, signal: Signal, askedMs: number): number {
    const { retry, draws, numberOf, perLogin } = this.#parts;
    if (signal === NETWORK.invalidGrant || signal === NETWORK.noNextToken) return NEVER;
    const now = this.#now();
    const tries = this.#tries[login]!;
    const isAsked = (signal === TOO_MANY_REQUESTS || signal === UNAVAILABLE) && askedMs > 0;
    const u = draws.unit(numberOf(login * perLogin), PURPOSE.refreshRetry, tries);
    const ownMs = delayMs(retry, tries - 1, this.#previousDelay[login]!, u);
    const waitMs = isAsked ? Math.max(askedMs, ownMs === NEVER ? 0 : ownMs) : ownMs;
    const most = this.#done === 0 && isInVain(signal) ? MOST_TRIES_IN_VAIN : MOST_TRIES;
    const isTooLong = tries >= most || now + waitMs > this.#firstAt[login]! + LONGEST_LOGIN_MS;
    if (isTooLong) return NEVER;
    if (isAsked) this.#pausedUntil = Math.max(this.#pausedUntil, now + askedMs);
    this.#previousDelay[login] = waitMs;
    return now + waitMs;
  }

  #giveUp(login: number): void {
    this.#failed += this.#clientsOf(login);
    if (this.#done > 0 || this.#failed < FAILURES_THAT_SHOW) return;
    // The others would fail as well, and a provider may lock accounts.
    this.#failed = this.#parts.count;
    this.stop();
  }

  #now(): number {
    return performance.now() - this.#beganAt;
  }
}

/** Whether another try is likely to fail alike: nothing listens, or a status says that the request is wrong. */
function isInVain(signal: Signal): boolean {
  if (signal === NETWORK.refused) return true;
  return signal >= 400 && signal < 500 && signal !== TOO_MANY_REQUESTS && signal !== REQUEST_TIMEOUT;
}
