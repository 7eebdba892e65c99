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
import { Rotations } from './rotations.ts';
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
    this.#surprises = requestsMeetSurprises(scenario);
    this.#issues = hasNextTokens(scenario);
  }

  /** Number of clients logged out because they used a refresh token again. */
  get loggedOutByReuse(): number {
    return this.#rotations.reused;
  }

  request(client: number, now: MonoMs): void {
    const { columns, context, modelDraws } = this.#world;
    if (!this.#issues) return this.#refuseAtOnce(client, now);
    const tripMs = Math.fround(modelDraws.requestTripMs(numberOf(context, client), context.columns.refreshes[client]!));
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
    if (request === REQUEST.serving) this.#requestFaults.settle(client, 'not-connected');
    // The rotation takes place now and not at the request's turn, which makes no difference to the requests behind it.
    const carriedOut = request === REQUEST.granted || (request === REQUEST.serving && this.#rotations.use(client));
    if (carriedOut) this.#rotations.answerLost(client);
    columns.request[client] = REQUEST.none;
    context.queue.clear(slotOf(client, MODEL_ALARM.token));
  }

  /** Handles a request's arrival at the service, its turn, or its answer's arrival at the client. */
  arrive(client: number, now: MonoMs): void {
    const { columns } = this.#world;
    const request = columns.request[client];
    if (request === REQUEST.asking) return this.#ask(client, now);
    if (request === REQUEST.serving) return this.#serve(client, now);
    columns.request[client] = REQUEST.none;
    if (request === REQUEST.granted) return this.#receive(client, now);
    this.#world.machine.onTokenFailed(client, columns.tokenSignal[client]!, now, columns.tokenRetryAfterMs[client]);
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
    const over = authority.accounts.hasLost(client, 'session') || !this.#rotations.use(client);
    if (mode?.kind === 'lost' || mode?.kind === 'malformed') {
      if (!over) this.#rotations.answerLost(client);
      this.#requestFaults.settle(client, null);
      return this.#fail(client, mode.kind === 'lost' ? NETWORK.reset : NETWORK.malformed, now);
    }
    const isLate = occurrence !== null && mode?.kind === 'slow';
    const u = isLate
      ? furtherDraw(context.draws, occurrence, numberOf(context, client), context.columns.refreshes[client]!)
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

  #wire(client: number, at: number): void {
    this.#world.context.queue.set(slotOf(client, MODEL_ALARM.token), at);
  }
}
