import { numberOf, type ClientContext } from '../core/client/context.ts';
import type { Miss } from '../core/fault/fault.ts';
import type { OccurrenceOf } from '../core/fault/occurrence.ts';
import type { RequestFaults, RequestKind } from '../core/fault/request-faults.ts';

/** The unsettled fault of each client's request of one kind; a client of the model has one request at a time. */
export class PendingFaults<Kind extends RequestKind> {
  readonly #context: ClientContext;
  readonly #faults: RequestFaults<Kind>;
  /** index of the occurrence, plus 1, by client; 0: none is pending */
  readonly #pending: Uint16Array;

  constructor(context: ClientContext, faults: RequestFaults<Kind>) {
    this.#context = context;
    this.#faults = faults;
    this.#pending = new Uint16Array(context.planned);
  }

  /** Looks up the fault that hits an arriving request; null: none. */
  meet(client: number, now: number): OccurrenceOf<Kind> | null {
    const occurrence = this.#faults.meet(numberOf(this.#context, client), now);
    if (occurrence !== null) this.#pending[client] = occurrence.index + 1;
    return occurrence;
  }

  /** Returns the pending fault of a client's request; null: none. */
  pending(client: number): OccurrenceOf<Kind> | null {
    const next = this.#pending[client]!;
    return next === 0 ? null : this.#faults.occurrence(next - 1);
  }

  /** Passes the pending fault of a client's request to another client, which awaits the answer in its place. */
  handOver(client: number, to: number): void {
    this.#pending[to] = this.#pending[client]!;
    this.#pending[client] = 0;
  }

  /** Settles the pending fault, if there is one, as a hit (null) or a miss. */
  settle(client: number, why: Miss | null): void {
    const next = this.#pending[client]!;
    if (next === 0) return;
    this.#pending[client] = 0;
    this.#faults.settle(next - 1, why);
  }
}
