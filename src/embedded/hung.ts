import type { Writable } from 'node:stream';

/** Requests that may hang at the same time; one more is reset. */
const MAX_HUNG = 20_000;

/** Requests that a fault leaves without an answer, until it ends or their clients leave. */
export class Hung {
  readonly #occurrenceOf = new Map<Writable, number>();

  /**
   * Never answers; false when too many hang already.
   * @param request its response, or its bare socket
   */
  hold(occurrence: number, request: Writable): boolean {
    if (this.#occurrenceOf.size >= MAX_HUNG) return false;
    this.#occurrenceOf.set(request, occurrence);
    request.once('close', () => this.#occurrenceOf.delete(request));
    return true;
  }

  /** Hangs up on everyone whom this occurrence holds. */
  release(occurrence: number): void {
    for (const [request, by] of this.#occurrenceOf) if (by === occurrence) request.destroy();
  }

  close(): void {
    for (const request of this.#occurrenceOf.keys()) request.destroy();
  }
}
