import type { ServerResponse } from 'node:http';

/** Requests that may hang at the same time; one more is reset. */
const MAX_HUNG = 20_000;

/** Requests that a fault leaves without an answer, until it ends or their clients leave. */
export class Hung {
  readonly #faultOf = new Map<ServerResponse, number>();

  /** Never answers; false when too many hang already. */
  hold(fault: number, response: ServerResponse): boolean {
    if (this.#faultOf.size >= MAX_HUNG) return false;
    this.#faultOf.set(response, fault);
    response.once('close', () => this.#faultOf.delete(response));
    return true;
  }

  /** Hangs up on everyone whom this fault holds. */
  release(fault: number): void {
    for (const [response, by] of this.#faultOf) if (by === fault) response.destroy();
  }
}
