import type { Observer } from '../../core/client/observer.ts';
import { REASON, SERIES_INDEX, TIMING_INDEX } from '../../core/metrics.ts';
import { NETWORK } from '../../core/signal.ts';
import type { MonoMs } from '../../core/time/instant.ts';
import type { ClientView } from '../../protocols/codec.ts';
import type { DialStep, StepFailure } from '../../protocols/dial-step.ts';
import { Abort } from '../abort.ts';
import type { NoteSighting } from '../tokens/client-sightings.ts';
import type { Credentials } from '../tokens/credentials.ts';
import { GatewayRequests } from './gateway-requests.ts';
import type { Gateways } from './gateways.ts';
import { ioErrorWords, signalOf } from '../network/io-error.ts';
import type { LateEvents } from '../time/late-events.ts';
import { RateCap } from '../tokens/rate-cap.ts';
import { dialPath, type UpgradeForm } from '../socket/upgrade-form.ts';

export interface JoinRequestParts {
  readonly step: DialStep;
  readonly gateways: Gateways;
  readonly form: UpgradeForm;
  readonly credentials: Credentials;
  readonly noteSighting: NoteSighting;
  readonly observer: Pick<Observer, 'happened' | 'timed' | 'failed'>;
  readonly late: LateEvents;
  readonly now: () => MonoMs;
  /** most requests per second; Infinity: no limit */
  readonly maxPerSecond: number;
}

/** Called when a request is over that was not given up. @param failure null: the join may be sent */
export type Joinable = (client: number, view: ClientView, failure: StepFailure | null) => void;

/** A request that waits for its turn, or is under way. */
interface JoinRequest {
  readonly view: ClientView;
  readonly then: Joinable;
  readonly abort: Abort;
  readonly intendedAt: MonoMs;
}

/** The request before each join, such as for the authorisation of a channel, on a connection of its own to the target. */
export class JoinRequests {
  readonly #parts: JoinRequestParts;
  readonly #cap: RateCap;
  /** by client */
  readonly #requests = new Map<number, JoinRequest>();
  /** requests that were sent and are not over, those that were given up included */
  readonly #running = new Set<Promise<void>>();

  constructor(parts: JoinRequestParts) {
    this.#parts = parts;
    this.#cap = new RateCap(parts.maxPerSecond, (client) => this.#send(client), parts.now);
  }

  /** Number of requests that the rate cap has delayed so far. */
  get delayed(): number {
    return this.#cap.delayed;
  }

  /** Sends the request of a client, whose earlier one is given up, as soon as the rate cap allows it. */
  begin(client: number, view: ClientView, then: Joinable): void {
    this.giveUp(client);
    this.#requests.set(client, { view, then, abort: new Abort(), intendedAt: this.#parts.now() });
    this.#cap.ask(client);
  }

  /** Gives up the request of a client that no longer waits for it. */
  giveUp(client: number): void {
    const request = this.#requests.get(client);
    if (request === undefined) return;
    this.#requests.delete(client);
    this.#cap.withdraw(client);
    request.abort.abort();
  }

  async close(): Promise<void> {
    this.#cap.stop();
    await Promise.all(this.#running);
  }

  #send(client: number): void {
    const request = this.#requests.get(client);
    if (request === undefined) return;
    const running = this.#carryOut(client, request);
    this.#running.add(running);
    void running.then(() => this.#running.delete(running));
  }

  /** Never rejects. */
  async #carryOut(client: number, { view, then, abort, intendedAt }: JoinRequest): Promise<void> {
    const { observer, now, late } = this.#parts;
    observer.happened(SERIES_INDEX.joinRequests, now());
    const failure = await this.#ask(client, view, abort);
    if (abort.aborted) return observer.failed(TIMING_INDEX.joinRequest, REASON.joinRequest.abandoned);
    this.#requests.delete(client);
    const endedAt = now();
    late.arrived(client, endedAt);
    if (failure === null) observer.timed(TIMING_INDEX.joinRequest, endedAt - intendedAt);
    else {
      observer.failed(TIMING_INDEX.joinRequest, failure.signal);
      this.#parts.noteSighting('end', client, failure.signal, Buffer.from(failure.said));
    }
    then(client, view, failure);
  }

  async #ask(client: number, view: ClientView, abort: Abort): Promise<StepFailure | null> {
    const { step, gateways, form, credentials } = this.#parts;
    const token = credentials.access[client]!;
    const endpoint = gateways.any(view.holes.client);
    const path = dialPath(form, endpoint, view.holes);
    const requests = new GatewayRequests(form, { client, endpoint, path, token, holes: view.holes });
    try {
      const { status, body, headers } = await requests.send(step.request(token, view, path), abort);
      const answer = abort.aborted ? null : step.answer(status, body, view, headers);
      // No request before a join leads elsewhere.
      if (answer === null || 'signal' in answer) return answer;
      return { signal: NETWORK.malformed, said: 'the answer leads to another place', advice: null };
    } catch (error) {
      return { signal: signalOf(error), said: ioErrorWords(error), advice: null };
    } finally {
      requests.close();
    }
  }
}
