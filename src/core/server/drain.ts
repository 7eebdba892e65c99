/**
 * The instant at which a draining gateway closes its n-th connection, counted from 1: evenly spread over the drain,
 * the last one at its end.
 *
 * @param n a number above `count` gives the end of the drain
 * @param since start of the drain
 */
export function drainsAt(n: number, count: number, since: number, drainMs: number): number {
  return since + (n > count ? drainMs : (drainMs * n) / count);
}
