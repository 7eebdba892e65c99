import { PURPOSE, type Draws } from '../random/draws.ts';

// Two draws for each fault: counter 2 * faultIndex says whether, 2 * faultIndex + 1 says when. Whom one fault hits
// thus depends on its place in the scenario and on nothing about the others.

/**
 * Does the fault hit this client? Each client is drawn by itself, so about `share` of any population is hit, the same
 * ones in every world, shard and repetition.
 *
 * @param faultIndex place in the scenario's list of faults, from 0
 * @param client number in the whole population
 * @param share in (0, 1]; 1 is everybody
 */
export function isDrawn(draws: Draws, faultIndex: number, client: number, share: number): boolean {
  return draws.unit(client, PURPOSE.fault, 2 * faultIndex) < share;
}

/**
 * When the fault hits this client, if it does: uniform in [atMs, atMs + spreadMs), on the clock of `atMs`.
 *
 * @param faultIndex as for `isDrawn`
 */
export function hitAtMs(draws: Draws, faultIndex: number, client: number, atMs: number, spreadMs: number): number {
  return atMs + spreadMs * draws.unit(client, PURPOSE.fault, 2 * faultIndex + 1);
}
