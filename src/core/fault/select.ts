import { PURPOSE, type Draws } from '../random/draws.ts';
import { rankOf } from '../random/permutation.ts';
import type { Occurrence } from './occurrence.ts';

// Each occurrence puts the population in an order of its own and hits the first clients of that order. One more draw for
// each client says when. Both depend on the fault's place among the faults, and on nothing about the others.

/** Faults of one run, those injected by hand included. */
const MAX_RUN_FAULTS = 1000;

/** Relative error of a share's product in binary: 14.5 % of 100 is 14.499999999999998. */
const ROUNDING = 1e-12;

/**
 * Does it hit this client? Exactly `shareOf(share, n)` of the n clients of its cohort are hit, the same ones in every
 * world, shard and repetition.
 *
 * @param client number in the whole population, which is also its place in the order of arrival
 * @param count how many the population has
 */
export function isDrawn(draws: Draws, occurrence: Occurrence, client: number, count: number): boolean {
  const { from, to } = cohortOf(occurrence, count);
  return client >= from && client < to && isAmongFirst(draws, occurrence, client - from, to - from);
}

/** How many of `count` a share comes to: the nearest whole number, and of two as near the larger one. */
export function shareOf(share: number, count: number): number {
  return Math.round(share * count * (1 + ROUNDING));
}

/**
 * When it hits this client, if it does: uniform over the spread from `fromMs` on.
 *
 * @param fromMs when the occurrence began, on any clock
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
  return draws.unit(client, PURPOSE.faultChance, n * MAX_RUN_FAULTS + faultIndex);
}

/**
 * Those who are hit and when, in order: of equals the lower number first.
 *
 * @param step only clients 0, step, 2 step … are drawn among, and the share is of these
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

/** @param drawn the numbers of those who are hit, ascending */
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

/** The hits on every `shards`-th client from number `shard` on, which are numbered from 0 there. */
export function hitsInShard({ clients, atMs }: Hits, shard: number, shards: number): Hits {
  const ranks = clients.map((_, rank) => rank).filter((rank) => clients[rank]! % shards === shard);
  return {
    clients: ranks.map((rank) => (clients[rank]! - shard) / shards),
    atMs: Float64Array.from(ranks, (rank) => atMs[rank]!),
  };
}

/** How many gateways a share of them comes to. */
export function gatewayShare(share: number, gateways: number): number {
  return Math.max(1, shareOf(share, gateways));
}

/** The gateways, of so many, that a fault of gateways hits: its share of them, and at least one. */
export function gatewaysHit(draws: Draws, occurrence: Occurrence, gateways: number): readonly number[] {
  const n = gatewayShare(occurrence.fault.share, gateways);
  const draw = (gateway: number): number => furtherDraw(draws, occurrence, gateway, occurrence.ordinal);
  const all = Array.from({ length: gateways }, (_, gateway) => gateway);
  return all
    .toSorted((a, b) => draw(a) - draw(b) || a - b)
    .slice(0, n)
    .toSorted((a, b) => a - b);
}

/** The same with when each of them is hit, in order. */
export function gatewayHits(draws: Draws, occurrence: Occurrence, gateways: number, fromMs: number): Hits {
  return inOrder(draws, occurrence, gatewaysHit(draws, occurrence, gateways), fromMs);
}

/** The clients of its cohort: `from` <= number < `to`. */
function cohortOf({ fault: { cohort } }: Occurrence, count: number): { readonly from: number; readonly to: number } {
  if (cohort === null) return { from: 0, to: count };
  return { from: Math.ceil(cohort.from * count), to: Math.ceil(cohort.to * count) };
}

/** Does the occurrence's share take the candidate at `place` of `count`? It takes the first ones of its own order. */
function isAmongFirst(draws: Draws, { faultIndex, ordinal, fault }: Occurrence, place: number, count: number): boolean {
  const hit = shareOf(fault.share, count);
  return hit === count || (hit > 0 && rankOf(draws, orderOf(faultIndex, ordinal), place, count) < hit);
}

function orderOf(faultIndex: number, occurrence: number): number {
  return occurrence * MAX_RUN_FAULTS + faultIndex;
}
