import { PURPOSE, type Draws } from '../random/draws.ts';
import type { Strike } from './strike.ts';

// Two draws for each occurrence of each fault: the even one says whether, the odd one when. Whom a fault hits thus
// depends on its place among the faults, and on nothing about the others.

/** Faults of one run, those injected by hand included. */
const MAX_RUN_FAULTS = 1000;

/**
 * Does it hit this client? Each client is drawn by itself, so about `share` of any population is hit, the same ones
 * in every world, shard and repetition.
 *
 * @param client number in the whole population, which is also its place in the order of arrival
 * @param count how many the population has
 */
export function isDrawn(
  draws: Draws,
  { faultIndex, occurrence, fault }: Strike,
  client: number,
  count: number,
): boolean {
  const { share, cohort } = fault;
  if (cohort !== null && (client < cohort.from * count || client >= cohort.to * count)) return false;
  return share === 1 || draws.unit(client, PURPOSE.fault, drawOf(faultIndex, occurrence)) < share;
}

/**
 * When it hits this client, if it does: uniform over the spread from `fromMs` on.
 *
 * @param fromMs when the occurrence began, on any clock
 */
export function hitAtMs(
  draws: Draws,
  { faultIndex, occurrence, fault }: Strike,
  client: number,
  fromMs: number,
): number {
  if (fault.spreadMs === 0) return fromMs;
  return fromMs + fault.spreadMs * draws.unit(client, PURPOSE.fault, drawOf(faultIndex, occurrence) + 1);
}

/** A draw for whatever else the fault leaves to chance for this client: the how-manieth of it. */
export function furtherDraw(draws: Draws, { faultIndex }: Strike, client: number, n: number): number {
  return draws.unit(client, PURPOSE.faultChance, n * MAX_RUN_FAULTS + faultIndex);
}

/** Those who are hit and when, in order: of equals the lower number first. */
export function hitsOf(draws: Draws, strike: Strike, count: number, fromMs: number): Hits {
  const drawn: number[] = [];
  for (let client = 0; client < count; client++) if (isDrawn(draws, strike, client, count)) drawn.push(client);
  if (strike.fault.spreadMs === 0) {
    return { clients: Int32Array.from(drawn), atMs: new Float64Array(drawn.length).fill(fromMs) };
  }
  const times = Float64Array.from(drawn, (client) => hitAtMs(draws, strike, client, fromMs));
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

/** How many gateways a share of them comes to. */
export function gatewayShare(share: number, gateways: number): number {
  return Math.max(1, Math.round(share * gateways));
}

/** The gateways, of so many, that a fault of gateways hits: its share of them, and at least one. */
export function gatewaysHit(draws: Draws, strike: Strike, gateways: number): readonly number[] {
  const n = gatewayShare(strike.fault.share, gateways);
  const draw = (gateway: number): number => furtherDraw(draws, strike, gateway, strike.occurrence);
  const all = Array.from({ length: gateways }, (_, gateway) => gateway);
  return all
    .toSorted((a, b) => draw(a) - draw(b) || a - b)
    .slice(0, n)
    .toSorted((a, b) => a - b);
}

function drawOf(faultIndex: number, occurrence: number): number {
  return 2 * (occurrence * MAX_RUN_FAULTS + faultIndex);
}
