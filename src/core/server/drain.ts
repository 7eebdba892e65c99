/**
 * When a draining gateway closes its n-th connection, from 1: evenly over the drain, the last one at its end.
 *
 * @param n more than `count`: the end
 * @param since when the drain began
 */
export function drainsAt(n: number, count: number, since: number, drainMs: number): number {
  return since + (n > count ? drainMs : (drainMs * n) / count);
}
