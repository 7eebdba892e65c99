import { NETWORK, signalName, type Signal } from '../../core/signal.ts';

/** One handshake or token request of a step. Instants are ms on one monotonic clock. */
export interface Try {
  /** intended beginning by the rate */
  readonly intendedMs: number;
  readonly startedMs: number;
  readonly endedMs: number;
  /** null: it succeeded */
  readonly failure: Signal | null;
}

/** Result of a load offered at one rate. */
export interface Step {
  /** the rate that was meant, and the rate at which tries began; null when there were too few */
  readonly perSecond: number;
  readonly startedPerSecond: number | null;
  /** the rate at which tries succeeded; null when there were too few */
  readonly achievedPerSecond: number | null;
  readonly tries: number;
  readonly succeeded: number;
  /** by reason; those that this machine itself could not begin are not among them */
  readonly failures: Readonly<Record<string, number>>;
  /** tries that could not begin for want of a descriptor, a port or a free refresh token */
  readonly notBegun: number;
  /** median time of successful tries from the intended start; null: none succeeded */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** lateness of the generator in beginning tries */
  readonly latenessP99Ms: number;
}

/** Share of the events left out at either end when a rate is computed. */
const TAIL = 0.05;

export function measureStep(perSecond: number, tries: readonly Try[]): Step {
  const succeeded = tries.filter(({ failure }) => failure === null);
  const notBegun = tries.filter(({ failure }) => failure === NETWORK.localLimit).length;
  const latencies = succeeded.map(({ intendedMs, endedMs }) => endedMs - intendedMs);
  return {
    perSecond,
    startedPerSecond: middleRate(tries.map(({ startedMs }) => startedMs)),
    achievedPerSecond: middleRate(succeeded.map(({ endedMs }) => endedMs)),
    tries: tries.length,
    succeeded: succeeded.length,
    failures: failuresOf(tries),
    notBegun,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    latenessP99Ms:
      quantile(
        tries.map(({ intendedMs, startedMs }) => startedMs - intendedMs),
        0.99,
      ) ?? 0,
  };
}

/**
 * Events a second over the middle 90 % of them: neither the time until the first one nor a straggler counts. For a
 * server that was kept busy it is what the server can do, however long the line before it was.
 */
export function middleRate(atMs: readonly number[]): number | null {
  const sorted = atMs.toSorted((a, b) => a - b);
  const first = Math.floor(TAIL * (sorted.length - 1));
  const last = sorted.length - 1 - first;
  const spanMs = (sorted[last] ?? 0) - (sorted[first] ?? 0);
  return spanMs > 0 ? ((last - first) * 1000) / spanMs : null;
}

/** Returns the smallest value that this share of the values does not exceed. */
function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

function failuresOf(tries: readonly Try[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { failure } of tries) {
    if (failure === null || failure === NETWORK.localLimit) continue;
    counts.set(signalName(failure), (counts.get(signalName(failure)) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
