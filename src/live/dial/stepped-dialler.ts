import { REASON, SERIES_INDEX, TIMING_INDEX } from '../../core/metrics.ts';
import type { Observer } from '../../core/client/observer.ts';
import { NETWORK, type Signal } from '../../core/signal.ts';
import type { MonoMs } from '../../core/time/instant.ts';
import { headerOf, type HttpAnswer } from '../../identity/http-answer.ts';
import type { ClientView, Codec } from '../../protocols/codec.ts';
import type { DialStep, Redirect, StepFailure } from '../../protocols/dial-step.ts';
import { Abort, type AbortNotice } from '../abort.ts';
import type { NoteSighting } from '../tokens/client-sightings.ts';
import type { ClientViews } from './client-views.ts';
import type { Credentials } from '../tokens/credentials.ts';
import type { ChosenEndpoints } from './chosen-endpoints.ts';
import type { DialEvents, Dialler } from '../socket/dialler.ts';
import type { Endpoint } from '../network/endpoint.ts';
import { GatewayRequests } from './gateway-requests.ts';
import type { Gateways } from './gateways.ts';
import type { HttpFailure } from '../http/http-service.ts';
import { ioErrorWords, signalOf } from '../network/io-error.ts';
import type { LateEvents } from '../time/late-events.ts';
import type { Redirects } from './redirects.ts';
import type { TicketRequests } from '../tokens/ticket-requests.ts';
import { dialPath, type UpgradeForm } from '../socket/upgrade-form.ts';

export interface SteppedParts {
  /** makes the dial that follows, at the endpoint that the requests went to */
  readonly dialler: Dialler;
  readonly endpoints: ChosenEndpoints;
  readonly gateways: Gateways;
  readonly form: UpgradeForm;
  readonly codec: Codec;
  /** null: the token source has no tickets */
  readonly ticket: TicketRequests | null;
  readonly redirects: Redirects;
  readonly views: ClientViews;
  readonly credentials: Credentials;
  readonly noteSighting: NoteSighting;
  /** time without an answer after which a request for a ticket that is given up counts as unanswered, ms */
  readonly unansweredAfterMs: number;
  readonly observer: Pick<Observer, 'happened' | 'timed' | 'failed'>;
  readonly late: LateEvents;
  readonly now: () => MonoMs;
}

/**
 * Carries out requests before each dial, within the attempt: the one for a ticket, then those of the protocol at the gateway
 * that is dialled next. An answer of theirs may lead to another place, where the same request follows, and then the dial.
 */
export class SteppedDialler implements Dialler {
  readonly delayed = 0;
  readonly #parts: SteppedParts;
  /** attempts whose requests are under way, by client */
  readonly #attempts = new Map<number, Abort>();
  /** attempts whose requests are not over, aborted ones included */
  readonly #running = new Set<Promise<void>>();
  #events!: DialEvents;

  constructor(parts: SteppedParts) {
    this.#parts = parts;
  }

  reportTo(events: DialEvents): void {
    this.#events = events;
    this.#parts.dialler.reportTo(events);
  }

  dial(client: number): void {
    const attempt = new Abort();
    this.#attempts.set(client, attempt);
    const running = this.#carryOut(client, attempt);
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
  }

  hangUp(client: number): void {
    this.#attempts.get(client)?.abort();
    this.#attempts.delete(client);
    this.#parts.dialler.hangUp(client);
  }

  async close(): Promise<void> {
    await Promise.all(this.#running);
    await this.#parts.dialler.close();
  }

  /** Carries out all steps, dials, and never rejects. */
  async #carryOut(client: number, attempt: Abort): Promise<void> {
    const { gateways, views, endpoints, dialler } = this.#parts;
    const endpoint = gateways.next(client, views.of(client).holes.client);
    const noTicket = await this.#askForTicket(client, attempt);
    const prepared = noTicket ?? (await this.#prepareGateway(client, endpoint, attempt));
    if (attempt.aborted) return;
    this.#attempts.delete(client);
    if ('signal' in prepared) return this.#fail(client, prepared, noTicket === null ? 'end' : 'ticket');
    endpoints.choose(client, prepared);
    dialler.dial(client);
  }

  async #askForTicket(client: number, abort: AbortNotice): Promise<Failure | null> {
    const { ticket, views, credentials, now, unansweredAfterMs, noteSighting } = this.#parts;
    if (ticket === null) return null;
    const view = views.of(client);
    const request = ticket.step.request(credentials.access[client]!, view, '');
    const began = now();
    const send = (): Promise<Sent> => ticket.send(view.holes.client, request, abort);
    const outcome = await this.#step(client, ticket.step, view, send, abort);
    if (outcome === ABORTED && now() - began >= unansweredAfterMs) noteSighting('ticket', client, NETWORK.timeout, '');
    return outcome !== null && 'signal' in outcome ? outcome : null;
  }

  /** @returns the endpoint to dial, to which an answer may have led */
  async #prepareGateway(client: number, first: Endpoint, abort: AbortNotice): Promise<Endpoint | Failure> {
    const { codec, views, redirects } = this.#parts;
    if (codec.dialSteps.length === 0) return first;
    const view = views.of(client);
    let at = this.#requestsTo(client, first);
    try {
      for (const step of codec.dialSteps) {
        for (;;) {
          if (abort.aborted) return ABORTED;
          const { requests, token, path } = at;
          const send = (): Promise<Sent> => requests.send(step.request(token, view, path), abort, step.tokenIn);
          const outcome = await this.#step(client, step, view, send, abort);
          if (outcome === null) break;
          const next = 'redirect' in outcome ? await redirects.follow(outcome.redirect, at.endpoint) : outcome;
          if ('signal' in next) return next;
          requests.close();
          at = this.#requestsTo(client, next);
        }
      }
      return at.endpoint;
    } finally {
      at.requests.close();
    }
  }

  #requestsTo(client: number, endpoint: Endpoint): RequestsAt {
    const { form, views, credentials } = this.#parts;
    const { holes, ticket } = views.of(client);
    const path = dialPath(form, endpoint, holes);
    const token = ticket ?? credentials.access[client]!;
    return { endpoint, path, token, requests: new GatewayRequests(form, { client, endpoint, path, token, holes }) };
  }

  async #step(
    client: number,
    step: DialStep,
    view: ClientView,
    send: () => Promise<Sent>,
    abort: AbortNotice,
  ): Promise<Failure | Redirect | null> {
    const { observer, late, now } = this.#parts;
    const began = now();
    observer.happened(SERIES_INDEX.dialRequests, began);
    let outcome: Failure | Redirect | null;
    try {
      const sent = await send();
      outcome = abort.aborted ? ABORTED : outcomeOf(step, view, sent);
    } catch (error) {
      outcome = abort.aborted ? ABORTED : { signal: signalOf(error), said: ioErrorWords(error), advice: null };
    }
    const endedAt = now();
    if (!abort.aborted) late.arrived(client, endedAt);
    const failure = outcome !== null && 'signal' in outcome ? outcome : null;
    if (failure === null) observer.timed(TIMING_INDEX.dialRequest, endedAt - began);
    else observer.failed(TIMING_INDEX.dialRequest, failure === ABORTED ? ABANDONED : failure.signal);
    return outcome;
  }

  #fail(client: number, { signal, said, advice, retryAfter = null }: Failure, kind: 'end' | 'ticket'): void {
    const reason = Buffer.from(said);
    this.#parts.noteSighting(kind, client, signal, reason);
    this.#events.ended(client, signal, reason, retryAfter, advice);
  }
}

/** The way to one endpoint, on a connection of its own. */
interface RequestsAt {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly token: string;
  readonly requests: GatewayRequests;
}

/** An answer, or how there is none. */
type Sent = HttpAnswer | HttpFailure;

interface Failure extends StepFailure {
  /** value of Retry-After, if the answer had one */
  readonly retryAfter?: string | null;
}

const ABANDONED = REASON.dialRequest.abandoned;

/** End of a request whose client has hung up. */
const ABORTED: Failure = { signal: NETWORK.other satisfies Signal, said: '', advice: null };

function outcomeOf(step: DialStep, view: ClientView, sent: Sent): Failure | Redirect | null {
  if ('signal' in sent) return { signal: sent.signal, said: sent.said ?? '', advice: null };
  const outcome = step.answer(sent.status, sent.body, view, sent.headers);
  if (outcome === null || 'redirect' in outcome) return outcome;
  return { ...outcome, retryAfter: headerOf(sent, 'retry-after') ?? null };
}
