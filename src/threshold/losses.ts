import type { Curves } from '../metrics/curves.ts';

/** Ready connections that ended in the run, however they did. */
export function lossesOf(curves: Curves): number {
  return (
    curves.total('lostExpired') + curves.total('lostRenewal') + curves.total('lostClosed') + curves.total('lostDropped')
  );
}
