import { numberOf, slotOf } from '../core/client/context.ts';
import { isServed, staleByMs } from '../core/fault/refresh.ts';
import { REFUSAL } from '../core/server/refusals.ts';
import { askedMs, retryAfterSeconds, type RetryAfter } from '../core/server/retry-after.ts';
import { furtherDraw } from '../core/fault/select.ts';
import { actingMs, type OccurrenceOf } from '../core/fault/occurrence.ts';
import { timeMs } from '../core/random/time.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import { mono, type MonoMs } from '../core/time/instant.ts';
import { requestsMeetSurprises } from './gateway-behaviour.ts';
import type { PendingFaults } from './pending-faults.ts';
import { TOKEN_FLAG, tokenFlagsOf } from './token-flags.ts';
import { MODEL_ALARM, REQUEST } from './columns.ts';
import { hasNextTokens } from '../scenario/next-tokens.ts';
import { sharesTokens } from '../scenario/shares-tokens.ts';
import { Rotations } from './rotations.ts';
import { recordFirstLogins } from './first-logins.ts';
import { SharedTokens } from './shared-tokens.ts';
import { Fifo } from '../core/server/fifo.ts';
import type { World } from './world.ts';

/** One-way trips before the service has read a request over a new connection. */
const TRIPS_TO_ASK = 3;
/** One-way trips before the service has read a request over a pooled connection. */
const TRIPS_TO_ASK_POOLED = 1;

/** The modelled token service: it grants or refuses tokens after its service time. */
export class TokenService {
  readonly #world: World;
  readonly #requestFaults: PendingFaults<'refresh'>;
  readonly #server: Fifo;
  readonly #rotations: Rotations;
  /** null: no devices share tokens */
  readonly #shared: SharedTokens | null;
  readonly #trips: number;
  /** whether something may happen to a request in line or to its answer */
  readonly #surprises: boolean;
  /** whether clients can get another token after their first one */
  readonly #issues: boolean;

  constructor(world: World, requestFaults: PendingFaults<'refresh'>) {
    const { scenario, behaviour } = world;
    this.#world = world;
    this.#requestFaults = requestFaults;
    this.#server = new Fifo(scenario.model.refreshQueue);
    this.#rotations = new Rotations(behaviour.reuseDetection, scenario.clients.count);
    this.#trips = scenario.tokens.refresh.pooled ? TRIPS_TO_ASK_POOLED : TRIPS_TO_ASK;
    this.#shared = sharesTokens(scenario) ? new SharedTokens(world) : null;
    this.#surprises = this.#shared !== null || requestsMeetSurprises(scenario);
    this.#issues = hasNextTokens(scenario);
    recordFirstLogins(world, this.#trips);
  }

  /** Number of clients logged out because they used a refresh token again. */
  get loggedOutByReuse(): number {
    return this.#rotations.reused;
  }

  /** @returns whether the request is the client's own, as of `Port.requestToken` */
  request(client: number, now: MonoMs): boolean {
    if (!this.#issues) this.#refuseAtOnce(client, now);
    else if (this.#shared !== null && this.#isShared(this.#shared, client, now)) return false;
    else this.#send(client, now);
    return true;
  }

  /** Lets a client await the answer to the request of another device, or get the newer tokens of one. */
  #isShared(shared: SharedTokens, client: number, now: MonoMs): boolean {
    const { columns } = this.#world;
    if (shared.takeNewer(client)) {
      columns.request[client] = REQUEST.granted;
      this.#wire(client, now);
    } else if (shared.awaitsOther(client)) columns.request[client] = REQUEST.shared;
    else return false;
    return true;
  }

  #send(client: number, now: MonoMs): void {
    const { columns, context, modelDraws } = this.#world;
    const tripMs = Math.fround(
      modelDraws.requestTripMs(numberOf(context, client), context.columns.refreshes.at(client)),
    );
    columns.request[client] = REQUEST.asking;
    if (columns.tokenRetryAfterMs[client] !== 0) columns.tokenRetryAfterMs[client] = 0;
    columns.tokenTripMs[client] = tripMs;
    this.#wire(client, now + this.#trips * tripMs);
  }

  /** No request is made where there is nobody to ask. */
  #refuseAtOnce(client: number, now: MonoMs): void {
    this.#world.columns.tokenTripMs[client] = 0;
    this.#fail(client, NETWORK.noNextToken, now);
  }

  /** Abandons a client's request, which the service still carries out. */
  abandon(client: number): void {
    const { columns, context } = this.#world;
    const request = columns.request[client];
    if (this.#shared !== null && this.#leavesShared(this.#shared, client)) return;
    if (request === REQUEST.serving) this.#requestFaults.settle(client, 'not-connected');
    // The rotation takes place now and not at the request's turn, which makes no difference to the requests behind it.
    const carriedOut =
      request === REQUEST.granted || (request === REQUEST.serving && this.#rotations.use(this.#session(client)));
    if (carriedOut) this.#rotations.answerLost(this.#session(client));
    columns.request[client] = REQUEST.none;
    context.queue.clear(slotOf(client, MODEL_ALARM.token));
  }

  /** Ends a client's wait for tokens that other devices of its user still await or have; false: only its own request ends. */
  #leavesShared(shared: SharedTokens, client: number): boolean {
    const { columns, context } = this.#world;
    const slot = slotOf(client, MODEL_ALARM.token);
    if (shared.asks(client)) {
      const to = shared.nextWaiting(client, shared.firstOf(client));
      if (to === -1) {
        shared.answered(client, false);
        return false;
      }
      shared.handOver(client, to);
      this.#requestFaults.handOver(client, to);
      this.#wire(to, context.queue.dueAt(slot));
    }
    columns.request[client] = REQUEST.none;
    context.queue.clear(slot);
    return true;
  }

  /** Handles a request's arrival at the service, its turn, or its answer's arrival at the client. */
  arrive(client: number, now: MonoMs): void {
    const { columns } = this.#world;
    const request = columns.request[client];
    if (request === REQUEST.asking) return this.#ask(client, now);
    if (request === REQUEST.serving) return this.#serve(client, now);
    const isGranted = request === REQUEST.granted;
    const isForAll = this.#shared?.asks(client) === true;
    if (isForAll) this.#shared?.answered(client, isGranted);
    this.#answer(client, isGranted, now);
    if (isForAll) this.#answerOthers(client, isGranted, now);
  }

  /** Gives the answer to a client's request to the devices that await it, too. */
  #answerOthers(client: number, isGranted: boolean, now: MonoMs): void {
    const shared = this.#shared!;
    let device = shared.nextWaiting(client, shared.firstOf(client));
    for (; device !== -1; device = shared.nextWaiting(client, device + 1)) {
      shared.answerTo(client, device);
      this.#answer(device, isGranted, now);
    }
  }

  #answer(client: number, isGranted: boolean, now: MonoMs): void {
    const { columns, machine } = this.#world;
    columns.request[client] = REQUEST.none;
    if (isGranted) this.#receive(client, now);
    else machine.onTokenFailed(client, columns.tokenSignal[client]!, now, columns.tokenRetryAfterMs[client]);
  }

  #receive(client: number, now: MonoMs): void {
    const { columns, machine, scenario } = this.#world;
    let issuedAt = mono(now - columns.tokenTripMs[client]!);
    if (this.#surprises) {
      issuedAt = mono(columns.grantedAt[client]!);
      const tokenFlags = columns.grantedFlags[client]!;
      if (columns.tokenFlags[client] !== tokenFlags) columns.tokenFlags[client] = tokenFlags;
    }
    machine.onToken(client, issuedAt, mono(issuedAt + scenario.tokens.lifetimeMs), now);
  }

  #ask(client: number, now: MonoMs): void {
    const { modelDraws, columns } = this.#world;
    const occurrence = this.#requestFaults.meet(client, now);
    if (occurrence !== null && !isServed(occurrence.fault.mode)) return this.#turnAway(client, occurrence, now);
    const doneAt = this.#server.arrive(now, modelDraws.refreshMs());
    if (doneAt === Infinity) {
      if (occurrence !== null) this.#requestFaults.settle(client, 'refused');
      columns.tokenRetryAfterMs[client] = 1000 * retryAfterSeconds(this.#server.waitMs(now));
      return this.#fail(client, REFUSAL.overloaded.status, now);
    }
    columns.request[client] = this.#surprises ? REQUEST.serving : REQUEST.granted;
    this.#wire(client, this.#surprises ? doneAt : doneAt + columns.tokenTripMs[client]!);
  }

  /** Injects a fault on a request's arrival; a hanging request is reset when the fault ends. */
  #turnAway(client: number, { atMs, fault }: OccurrenceOf<'refresh'>, now: MonoMs): void {
    const { mode } = fault;
    this.#requestFaults.settle(client, null);
    switch (mode.kind) {
      case 'hang':
        return this.#fail(client, NETWORK.reset, atMs + actingMs(fault));
      case 'status':
        return this.#fail(client, mode.status, now, mode.retryAfter);
      case 'invalid-grant':
        return this.#fail(client, NETWORK.invalidGrant, now);
      default:
        return this.#fail(client, NETWORK.reset, now);
    }
  }

  /** Serves a request at its turn; a fault also spoils an answer that says that the session is over. */
  #serve(client: number, now: MonoMs): void {
    const { columns, context, authority } = this.#world;
    const occurrence = this.#requestFaults.pending(client);
    const mode = occurrence?.fault.mode;
    const session = this.#session(client);
    const over = authority.accounts.hasLost(client, 'session') || !this.#rotations.use(session);
    if (mode?.kind === 'lost' || mode?.kind === 'malformed') {
      if (!over) this.#rotations.answerLost(session);
      this.#requestFaults.settle(client, null);
      return this.#fail(client, mode.kind === 'lost' ? NETWORK.reset : NETWORK.malformed, now);
    }
    const isLate = occurrence !== null && mode?.kind === 'slow';
    const u = isLate
      ? furtherDraw(context.draws, occurrence, numberOf(context, client), context.columns.refreshes.at(client))
      : 0;
    const answeredAt = isLate ? now + timeMs(mode.delay, u) : now;
    this.#requestFaults.settle(client, over && !isLate ? 'over-already' : null);
    if (over) return this.#fail(client, NETWORK.invalidGrant, answeredAt);
    this.#grant(client, mode?.kind, now);
    columns.request[client] = REQUEST.granted;
    this.#wire(client, answeredAt + columns.tokenTripMs[client]!);
  }

  /** Sets the claims of the token being granted. */
  #grant(client: number, spoiltBy: OccurrenceOf<'refresh'>['fault']['mode']['kind'] | undefined, now: MonoMs): void {
    const { columns, authority, scenario } = this.#world;
    const staleMs = spoiltBy === 'stale' ? staleByMs(scenario.tokens.lifetimeMs) : 0;
    columns.grantedAt[client] = authority.clocks['token-service'].at(now) - staleMs;
    const rights = authority.accounts.mayCommand(client) ? 0 : TOKEN_FLAG.noCommand;
    const subject = spoiltBy === 'wrong-subject' ? TOKEN_FLAG.otherSubject : 0;
    const tokenFlags = tokenFlagsOf(authority.keys.signing, rights | subject);
    if (columns.grantedFlags[client] !== tokenFlags) columns.grantedFlags[client] = tokenFlags;
  }

  /** Answers a request with a failure at `at`. */
  #fail(client: number, signal: Signal, at: number, retryAfter: RetryAfter | null = null): void {
    const { columns, machine } = this.#world;
    const heardAt = mono(at + columns.tokenTripMs[client]!);
    columns.request[client] = REQUEST.failed;
    columns.tokenSignal[client] = signal;
    if (retryAfter !== null)
      columns.tokenRetryAfterMs[client] = askedMs(retryAfter, at, heardAt, machine.clock.offsetMs(client, heardAt));
    this.#wire(client, heardAt);
  }

  /** The client whose session a request belongs to: devices that share tokens have one session. */
  #session(client: number): number {
    return this.#shared === null ? client : this.#shared.firstOf(client);
  }

  #wire(client: number, at: number): void {
    this.#world.context.queue.set(slotOf(client, MODEL_ALARM.token), at);
  }
}
