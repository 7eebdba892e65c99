import { aboveNothing } from '../core/fault/gateway.ts';
import { PURPOSE, type Draws, type Purpose } from '../core/random/draws.ts';
import { exponential } from '../core/random/exponential.ts';
import { timeMs } from '../core/random/time.ts';
import type { ModelPlan } from '../scenario/scenario.ts';

/** The model's random draws; each is addressed by client or server, purpose and index, so no two are the same. */
export class ModelDraws {
  readonly #draws: Draws;
  readonly #plan: ModelPlan;
  readonly #handshakeMs: number;
  readonly #refreshMs: number;
  readonly #dialRequestMs: number;
  readonly #joinMs: number;
  /** number of served requests by gateway, the token service last; the index of the next draw */
  readonly #services: Uint32Array;

  constructor(draws: Draws, plan: ModelPlan) {
    this.#draws = draws;
    this.#plan = plan;
    this.#handshakeMs = 1000 / aboveNothing(plan.handshakesPerSecond);
    this.#dialRequestMs = 1000 / aboveNothing(plan.dialRequestsPerSecond);
    this.#joinMs = 1000 / aboveNothing(plan.joinsPerSecond);
    this.#refreshMs = 1000 / aboveNothing(plan.refreshesPerSecond);
    this.#services = new Uint32Array(plan.gateways + 1);
  }

  /** Draws the one-way latency of a client's attempt, ms. */
  latencyMs(number: number, attempt: number): number {
    return this.#tripMs(number, PURPOSE.network, 2 * attempt);
  }

  /** Draws the one-way latency of a client's token request, ms. */
  requestTripMs(number: number, request: number): number {
    return this.#tripMs(number, PURPOSE.requestTrip, request);
  }

  /** Draws whether the network loses an attempt. */
  loses(number: number, attempt: number): boolean {
    return this.#plan.loss > 0 && this.#draws.unit(number, PURPOSE.network, 2 * attempt + 1) < this.#plan.loss;
  }

  /** Draws the service time of a gateway's next handshake, ms. */
  handshakeMs(gateway: number): number {
    return this.#serviceMs(this.#handshakeMs, gateway);
  }

  /** Draws the service time of a request before a dial, ms. */
  dialRequestMs(number: number, request: number): number {
    const { service } = this.#plan;
    if (service === 'fixed' || this.#dialRequestMs === 0) return this.#dialRequestMs;
    return this.#dialRequestMs * exponential(this.#draws.unit(number, PURPOSE.dialRequest, request));
  }

  /** Draws the service time of a request before a join, ms. */
  joinRequestMs(number: number, join: number): number {
    const { service } = this.#plan;
    if (service === 'fixed' || this.#dialRequestMs === 0) return this.#dialRequestMs;
    return this.#dialRequestMs * exponential(this.#draws.unit(number, PURPOSE.joinRequest, join));
  }

  /** Draws the service time of a join, ms. */
  joinMs(number: number, join: number): number {
    if (this.#plan.service === 'fixed') return this.#joinMs;
    return this.#joinMs * exponential(this.#draws.unit(number, PURPOSE.join, join));
  }

  /** Mean service time of the token service, ms. */
  get meanRefreshMs(): number {
    return this.#refreshMs;
  }

  /** Draws the service time of the token service's next token, ms. */
  refreshMs(): number {
    return this.#serviceMs(this.#refreshMs, this.#plan.gateways);
  }

  #tripMs(number: number, purpose: Purpose, n: number): number {
    const { latency } = this.#plan;
    return latency.kind === 'fixed' ? latency.ms : timeMs(latency, this.#draws.unit(number, purpose, n));
  }

  #serviceMs(meanMs: number, server: number): number {
    if (this.#plan.service === 'fixed' || meanMs === 0) return meanMs;
    const n = this.#services[server]!++;
    return meanMs * exponential(this.#draws.unit(server, PURPOSE.service, n));
  }
}
