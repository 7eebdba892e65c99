import type { Writable } from 'node:stream';

/** Most requests that may hang at the same time. */
const MAX_HUNG = 20_000;

/** Requests that faults leave unanswered until the fault ends or the client leaves. */
export class Hung {
  readonly #occurrenceOf = new Map<Writable, number>();

  /**
   * Holds a request without an answer; false at the bound.
   * @param request the request's response or bare socket
   */
  hold(occurrence: number, request: Writable): boolean {
    if (this.#occurrenceOf.size >= MAX_HUNG) return false;
    this.#occurrenceOf.set(request, occurrence);
    request.once('close', () => this.#occurrenceOf.delete(request));
    return true;
  }

  /** Destroys the requests that an occurrence holds. */
  release(occurrence: number): void {
    for (const [request, by] of this.#occurrenceOf) if (by === occurrence) request.destroy();
  }

  close(): void {
    for (const request of this.#occurrenceOf.keys()) request.destroy();
  }
}
