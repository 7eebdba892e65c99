import { PURPOSE, type Draws } from '../random/draws.ts';
import { rankOf } from '../random/permutation.ts';
import type { Occurrence } from './occurrence.ts';

// Each occurrence orders the population at random and hits the first clients of that order. One more draw for each
// client gives the instant. Both depend on the fault's place in the run, but not on the other faults.

/** Most faults of one run, those injected by hand included. */
const MAX_RUN_FAULTS = 1000;

/** Relative rounding error of a share of a count: 14.5 % of 100 is 14.499999999999998. */
const ROUNDING = 1e-12;

/**
 * Whether an occurrence hits a client. It hits exactly `shareOf(share, n)` of the n clients of its cohort, the same ones
 * in every world, shard and repetition.
 *
 * @param client number in the whole population, which is also its place in the order of arrival
 * @param count clients of the whole population
 */
export function isDrawn(draws: Draws, occurrence: Occurrence, client: number, count: number): boolean {
  const { from, to } = cohortOf(occurrence, count);
  return client >= from && client < to && isAmongFirst(draws, occurrence, client - from, to - from);
}

/** A share of `count`, rounded to the nearest whole number, and up from a half. */
export function shareOf(share: number, count: number): number {
  return Math.round(share * count * (1 + ROUNDING));
}

/**
 * The instant at which an occurrence hits a drawn client: uniform over the spread from `fromMs` on.
 *
 * @param fromMs begin of the occurrence, on any clock
 */
export function hitAtMs(
  draws: Draws,
  { faultIndex, ordinal, fault }: Occurrence,
  client: number,
  fromMs: number,
): number {
  if (fault.spreadMs === 0) return fromMs;
  return fromMs + fault.spreadMs * draws.unit(client, PURPOSE.fault, 2 * orderOf(faultIndex, ordinal) + 1);
}

/** Draw number `n` for what the fault leaves to chance for this client, beside whether and when it is hit. */
export function furtherDraw(draws: Draws, { faultIndex }: Occurrence, client: number, n: number): number {
  return draws.unit(client, PURPOSE.faultDetail, n * MAX_RUN_FAULTS + faultIndex);
}

/**
 * The clients that are hit and the instants, ordered by instant and then by number.
 *
 * @param step limits the draw, and the whole of the share, to clients 0, step, 2 step …
 */
export function hitsOf(draws: Draws, occurrence: Occurrence, count: number, fromMs: number, step = 1): Hits {
  const { from, to } = cohortOf(occurrence, count);
  const first = Math.ceil(from / step);
  const candidates = Math.ceil(to / step) - first;
  const drawn: number[] = [];
  for (let place = 0; place < candidates; place++) {
    if (isAmongFirst(draws, occurrence, place, candidates)) drawn.push((first + place) * step);
  }
  return inOrder(draws, occurrence, drawn, fromMs);
}

/** @param drawn numbers of the clients that are hit, ascending */
function inOrder(draws: Draws, occurrence: Occurrence, drawn: readonly number[], fromMs: number): Hits {
  if (occurrence.fault.spreadMs === 0) {
    return { clients: Int32Array.from(drawn), atMs: new Float64Array(drawn.length).fill(fromMs) };
  }
  const times = Float64Array.from(drawn, (client) => hitAtMs(draws, occurrence, client, fromMs));
  const ranks = Uint32Array.from(drawn.keys()).toSorted((a, b) => times[a]! - times[b]! || a - b);
  return {
    clients: Int32Array.from(ranks, (rank) => drawn[rank]!),
    atMs: Float64Array.from(ranks, (rank) => times[rank]!),
  };
}

export interface Hits {
  readonly clients: Int32Array;
  readonly atMs: Float64Array;
}

/** The hits on every `shards`-th client from number `shard` on, renumbered from 0. */
export function hitsInShard({ clients, atMs }: Hits, shard: number, shards: number): Hits {
  const ranks = clients.map((_, rank) => rank).filter((rank) => clients[rank]! % shards === shard);
  return {
    clients: ranks.map((rank) => (clients[rank]! - shard) / shards),
    atMs: Float64Array.from(ranks, (rank) => atMs[rank]!),
  };
}

/** The number of gateways in a share of them. */
export function gatewayShare(share: number, gateways: number): number {
  return Math.max(1, shareOf(share, gateways));
}

/** The numbers of the gateways that a fault hits: its share of them, and at least one. */
export function gatewaysHit(draws: Draws, occurrence: Occurrence, gateways: number): readonly number[] {
  const n = gatewayShare(occurrence.fault.share, gateways);
  const draw = (gateway: number): number => furtherDraw(draws, occurrence, gateway, occurrence.ordinal);
  const all = Array.from({ length: gateways }, (_, gateway) => gateway);
  return all
    .toSorted((a, b) => draw(a) - draw(b) || a - b)
    .slice(0, n)
    .toSorted((a, b) => a - b);
}

/** The same gateways with the instants of their hits, in order. */
export function gatewayHits(draws: Draws, occurrence: Occurrence, gateways: number, fromMs: number): Hits {
  return inOrder(draws, occurrence, gatewaysHit(draws, occurrence, gateways), fromMs);
}

/** The bounds of its cohort: `from` <= client number < `to`. */
function cohortOf({ fault: { cohort } }: Occurrence, count: number): { readonly from: number; readonly to: number } {
  if (cohort === null) return { from: 0, to: count };
  return { from: Math.ceil(cohort.from * count), to: Math.ceil(cohort.to * count) };
}

/** Whether the candidate at `place` of `count` is in the occurrence's share: the first ones of its random order. */
function isAmongFirst(draws: Draws, { faultIndex, ordinal, fault }: Occurrence, place: number, count: number): boolean {
  const hit = shareOf(fault.share, count);
  return hit === count || (hit > 0 && rankOf(draws, orderOf(faultIndex, ordinal), place, count) < hit);
}

function orderOf(faultIndex: number, occurrence: number): number {
  return occurrence * MAX_RUN_FAULTS + faultIndex;
}
