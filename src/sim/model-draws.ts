import { aboveNothing } from '../core/fault/gateway.ts';
import { PURPOSE, type Draws, type Purpose } from '../core/random/draws.ts';
import { exponential } from '../core/random/exponential.ts';
import { timeMs } from '../core/random/time.ts';
import type { ModelPlan } from '../scenario/scenario.ts';

/** Draws what the model leaves to modelDraws. Every draw is addressed by whom it concerns, so no two share a number. */
export class ModelDraws {
  readonly #draws: Draws;
  readonly #plan: ModelPlan;
  readonly #handshakeMs: number;
  readonly #refreshMs: number;
  /** services so far, by gateway, and last the token service: what their draws are numbered by */
  readonly #services: Uint32Array;

  constructor(draws: Draws, plan: ModelPlan) {
    this.#draws = draws;
    this.#plan = plan;
    this.#handshakeMs = 1000 / aboveNothing(plan.handshakesPerSecond);
    this.#refreshMs = 1000 / aboveNothing(plan.refreshesPerSecond);
    this.#services = new Uint32Array(plan.gateways + 1);
  }

  /** One way, for an attempt of a client, in milliseconds. */
  latencyMs(number: number, attempt: number): number {
    return this.#tripMs(number, PURPOSE.network, 2 * attempt);
  }

  /** One way, for a token request of a client, in milliseconds. */
  requestTripMs(number: number, request: number): number {
    return this.#tripMs(number, PURPOSE.requestTrip, request);
  }

  /** Does the network lose this attempt? */
  loses(number: number, attempt: number): boolean {
    return this.#plan.loss > 0 && this.#draws.unit(number, PURPOSE.network, 2 * attempt + 1) < this.#plan.loss;
  }

  /** How long a gateway works on its next handshake. */
  handshakeMs(gateway: number): number {
    return this.#serviceMs(this.#handshakeMs, gateway);
  }

  /** How long the token service works on its next token. */
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
