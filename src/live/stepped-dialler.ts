import type { DropMode } from '../core/fault/drop.ts';
import type { Miss } from '../core/fault/fault.ts';
import { SERIES_INDEX, TIMING_INDEX } from '../core/metrics.ts';
import type { Observer } from '../core/client/observer.ts';
import { NETWORK, type Signal } from '../core/signal.ts';
import type { MonoMs } from '../core/time/instant.ts';
import type { Codec } from '../protocols/codec.ts';
import type { DialStep } from '../protocols/dial-step.ts';
import type { NoteSighting } from './client-sightings.ts';
import type { ClientViews } from './client-views.ts';
import type { Credentials } from './credentials.ts';
import type { DialEvents, DroppingDialler } from './dialler.ts';
import type { Dial, Endpoint } from './endpoint.ts';
import { GatewayRequests } from './gateway-requests.ts';
import type { Gateways } from './gateways.ts';
import { ioErrorWords, signalOf } from './io-error.ts';
import type { Sockets } from './sockets.ts';
import { dialPath, type UpgradeForm } from './upgrade-form.ts';

export interface SteppedParts {
  readonly sockets: Sockets;
  readonly gateways: Gateways;
  readonly form: UpgradeForm;
  readonly codec: Codec;
  readonly views: ClientViews;
  readonly credentials: Credentials;
  readonly noteSighting: NoteSighting;
  readonly observer: Pick<Observer, 'happened' | 'timed' | 'failed' | 'unfinished'>;
  readonly now: () => MonoMs;
  /** longest attempt, ms; the client itself ends one that takes longer */
  readonly timeoutMs: number;
}

/** Carries out the requests of the protocol before each dial, within the attempt, and then dials the same gateway. */
export class SteppedDialler implements DroppingDialler {
  readonly delayed = 0;
  readonly #parts: SteppedParts;
  /** attempts whose requests are under way, by client */
  readonly #attempts = new Map<number, AbortController>();
  /** attempts whose requests are not over, aborted ones included */
  readonly #running = new Set<Promise<void>>();
  #events!: DialEvents;

  constructor(parts: SteppedParts) {
    this.#parts = parts;
  }

  reportTo(events: DialEvents): void {
    this.#events = events;
    this.#parts.sockets.reportTo(events);
  }

  dial(client: number): void {
    const attempt = new AbortController();
    this.#attempts.set(client, attempt);
    const running = this.#carryOut(client, attempt);
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
  }

  hangUp(client: number): void {
    this.#attempts.get(client)?.abort();
    this.#attempts.delete(client);
    this.#parts.sockets.hangUp(client);
  }

  drop(client: number, mode: DropMode): Miss | null {
    return this.#parts.sockets.drop(client, mode);
  }

  async close(): Promise<void> {
    await Promise.all(this.#running);
    await this.#parts.sockets.close();
  }

  /** Carries out all steps, dials, and never rejects. */
  async #carryOut(client: number, attempt: AbortController): Promise<void> {
    const { gateways, form, codec, views, credentials, sockets } = this.#parts;
    const { holes } = views.of(client);
    const endpoint: Endpoint = gateways.next(client, holes.client);
    const path = dialPath(form, endpoint, holes);
    const dial: Dial = { client, endpoint, path, token: credentials.access[client]!, holes };
    const requests = new GatewayRequests(form, dial);
    let failure: Failure | null = null;
    for (const step of codec.dialSteps) {
      failure = await this.#step(step, dial, requests, attempt.signal);
      if (failure !== null || attempt.signal.aborted) break;
    }
    requests.close();
    if (attempt.signal.aborted) return;
    this.#attempts.delete(client);
    if (failure === null) sockets.dialAt(client, endpoint);
    else this.#fail(client, failure);
  }

  async #step(step: DialStep, dial: Dial, requests: GatewayRequests, abort: AbortSignal): Promise<Failure | null> {
    const { views, observer, now } = this.#parts;
    const view = views.of(dial.client);
    const began = now();
    observer.happened(SERIES_INDEX.dialRequests, began);
    let failure: Failure | null;
    try {
      const { status, body } = await requests.send(step.request(dial.token, view, dial.path), abort);
      failure = abort.aborted ? ABORTED : step.answer(status, body, view);
    } catch (error) {
      failure = abort.aborted ? ABORTED : { signal: signalOf(error), said: ioErrorWords(error), advice: null };
    }
    const tookMs = now() - began;
    if (failure === null) observer.timed(TIMING_INDEX.dialRequest, tookMs);
    else if (failure !== ABORTED) observer.failed(TIMING_INDEX.dialRequest, failure.signal);
    else if (tookMs < this.#parts.timeoutMs) observer.unfinished(TIMING_INDEX.dialRequest, tookMs);
    else observer.failed(TIMING_INDEX.dialRequest, NETWORK.timeout);
    return failure;
  }

  #fail(client: number, { signal, said, advice }: Failure): void {
    const reason = Buffer.from(said);
    this.#parts.noteSighting('end', client, signal, reason);
    this.#events.ended(client, signal, reason, null, advice);
  }
}

type Failure = NonNullable<ReturnType<DialStep['answer']>>;

/** End of a request whose client has hung up. */
const ABORTED: Failure = { signal: NETWORK.other satisfies Signal, said: '', advice: null };
