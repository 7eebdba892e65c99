import { numberOf, type ClientContext } from '../core/client/context.ts';
import type { Miss } from '../core/fault/fault.ts';
import type { OccurrenceOf } from '../core/fault/occurrence.ts';
import type { RequestFaults, RequestKind } from '../core/fault/request-faults.ts';

/** The fault that each client's request of one kind has met: a client of the model has one at a time. */
export class PendingFaults<Kind extends RequestKind> {
  readonly #context: ClientContext;
  readonly #faults: RequestFaults<Kind>;
  /** by client: one more than the index of the occurrence that its request has met; 0: none, or it is settled */
  readonly #pending: Uint16Array;

  constructor(context: ClientContext, faults: RequestFaults<Kind>) {
    this.#context = context;
    this.#faults = faults;
    this.#pending = new Uint16Array(context.planned);
  }

  /** A request has arrived. */
  meet(client: number, now: number): OccurrenceOf<Kind> | null {
    const occurrence = this.#faults.meet(numberOf(this.#context, client), now);
    if (occurrence !== null) this.#pending[client] = occurrence.index + 1;
    return occurrence;
  }

  /** The fault that the client's request has met, while it is not settled. */
  pending(client: number): OccurrenceOf<Kind> | null {
    const next = this.#pending[client]!;
    return next === 0 ? null : this.#faults.occurrence(next - 1);
  }

  /** Settles the pending fault, if there is one: it has hit with null, or missed. */
  settle(client: number, why: Miss | null): void {
    const next = this.#pending[client]!;
    if (next === 0) return;
    this.#pending[client] = 0;
    this.#faults.settle(next - 1, why);
  }
}
