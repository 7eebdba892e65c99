import type { Curves } from './curves.ts';
import { happenedBetween, isKnown } from './happened.ts';
import { LOST, OUT_NO_MORE } from './lost.ts';
import { population, populationNow, type Recorded } from './samples.ts';
import type { SeriesName } from '../core/metrics.ts';

/**
 * The states of a ready client: it has a connection on which commands can be sent. A renewing client is ready, with a
 * newer token on its way. Every figure, curve and list that says "ready" counts these.
 */
export const READY_STATES = ['stateReady', 'stateRenewing'] as const satisfies readonly SeriesName[];

/** The number of ready clients now, or at the end of a finished run. */
export function readyNow(curves: Curves): number {
  return populationNow(curves, READY_STATES);
}

/**
 * The fewest ready clients at once, at the ends of bins, from the last arrival to now. While the last clients are still
 * connecting, only clients that had been ready and are out count as missing; from the top of the arrivals on, all clients
 * that are not ready do. The top is the first bin from the last arrival on in which all planned clients are ready or
 * after which the number of ready clients falls; without one it is the last bin. Unknown clients count as not ready: see
 * `mostOfLeastReady`.
 *
 * @returns null: not all clients have arrived
 */
export function leastReady(recorded: Recorded, planned: number): number | null {
  const ready = population(recorded, READY_STATES);
  const arrived = arrivedBy(recorded, planned);
  if (arrived >= ready.length) return null;
  const lost = population(recorded, LOST);
  const recovered = population(recorded, OUT_NO_MORE);
  let top = arrived;
  let least = planned;
  while (top + 1 < ready.length && ready[top]! < planned && ready[top + 1]! >= ready[top]!) {
    least = Math.min(least, planned - (lost[top]! - recovered[top]!));
    top++;
  }
  for (let bin = top; bin < ready.length; bin++) if (ready[bin]! < least) least = ready[bin]!;
  return least;
}

/**
 * The most that `leastReady` can be, whatever unknown clients did: as if they were ready, and each newcomer, too.
 *
 * @returns null: not all clients have arrived
 */
export function mostOfLeastReady(recorded: Recorded, planned: number): number | null {
  const lost = population(recorded, LOST);
  const ended = population(recorded, OUT_NO_MORE);
  const arrived = arrivedBy(recorded, planned);
  if (arrived >= lost.length) return null;
  return lost.reduce((most, n, bin) => (bin < arrived ? most : Math.min(most, planned - (n - ended[bin]!))), planned);
}

/**
 * The first bin from which on all clients have arrived; beyond the last bin where some have not, or were unknown before they
 * tried to connect.
 */
function arrivedBy(recorded: Recorded, planned: number): number {
  const { curves } = recorded;
  if (curves.total('stateUnknown') > 0 && curves.total('arrivals') < planned) return Infinity;
  return population(recorded, ['stateIdle']).findLastIndex((n) => n > 0) + 1;
}

/**
 * Bounds of `leastReady` if each client arrived, became ready and was lost at any instant between the intended and the actual
 * one. Clients that were never ready count as missing from the top of the arrivals on: for certain from the first certain
 * fall of the number of ready clients, and possibly from the first possible loss.
 *
 * @returns null: not all clients have arrived
 */
export function leastReadyBetween(
  offered: Recorded,
  intended: Recorded,
  planned: number,
): { readonly atLeast: number; readonly atMost: number } | null {
  const [arrivedFrom, arrivedTo] = [arrivedBy(intended, planned), arrivedBy(offered, planned)];
  const lost = happenedBetween(offered, intended, LOST);
  const recovered = happenedBetween(offered, intended, ['recovered']);
  const newcomers = happenedBetween(offered, intended, ['ready', 'rejoined'], ['recovered']);
  const last = lost.atLeast.length - 1;
  if (arrivedTo > last) return null;
  if ([lost, recovered, newcomers].every(isKnown)) {
    const least = leastReady(offered, planned);
    return least === null ? null : { atLeast: least, atMost: least };
  }
  const outLeast = (bin: number): number => Math.max(0, lost.atLeast[bin]! - recovered.atMost[bin]!);
  const outMost = (bin: number): number => lost.atMost[bin]! - recovered.atLeast[bin]!;
  const readyLeast = (bin: number): number => newcomers.atLeast[bin]! - outMost(bin);
  const readyMost = (bin: number): number => Math.min(planned, newcomers.atMost[bin]!) - outLeast(bin);

  let topFrom = arrivedFrom;
  while (topFrom < last && lost.atMost[topFrom + 1]! <= lost.atLeast[topFrom]!) topFrom++;
  let topTo = arrivedTo;
  while (topTo < last && readyMost(topTo + 1) >= readyLeast(topTo)) topTo++;
  let [atLeast, atMost] = [planned, planned];
  for (let bin = arrivedFrom; bin <= last; bin++) {
    atLeast = Math.min(atLeast, bin < topFrom ? planned - outMost(bin) : readyLeast(bin));
    if (bin >= arrivedTo) atMost = Math.min(atMost, bin < topTo ? planned - outLeast(bin) : readyMost(bin));
  }
  return { atLeast: Math.max(0, atLeast), atMost };
}
