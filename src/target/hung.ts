import type { Writable } from 'node:stream';

/** Requests that may hang at the same time; one more is reset. */
const MAX_HUNG = 20_000;

/** Requests that a fault leaves without an answer, until it ends or their clients leave. */
export class Hung {
  readonly #strikeOf = new Map<Writable, number>();

  /**
   * Never answers; false when too many hang already.
   * @param request its response, or its bare socket
   */
  hold(strike: number, request: Writable): boolean {
    if (this.#strikeOf.size >= MAX_HUNG) return false;
    this.#strikeOf.set(request, strike);
    request.once('close', () => this.#strikeOf.delete(request));
    return true;
  }

  /** Hangs up on everyone whom this strike holds. */
  release(strike: number): void {
    for (const [request, by] of this.#strikeOf) if (by === strike) request.destroy();
  }

  close(): void {
    for (const request of this.#strikeOf.keys()) request.destroy();
  }
}
