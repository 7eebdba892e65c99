import { RunRefused } from '../live/refused.ts';

/**
 * The refusal of a run whose shards nobody has taken.
 *
 * @param missing their numbers, from 1 on
 * @param workers the workers that are there, in words
 * @param lack what the workers lack
 */
export function tooFew(
  missing: readonly number[],
  shards: number,
  waitMs: number,
  workers: string,
  lack: 'slots' | 'room' = 'slots',
): RunRefused {
  const which = numbered(missing);
  const has = missing.length === 1 ? 'has' : 'have';
  return new RunRefused(
    lack === 'room' ? 'does-not-fit' : 'no-answer',
    `${which} of ${shards} ${has} no worker after ${waitMs / 1000} s; ${workers}`,
    lack === 'room'
      ? 'start `squall worker` on more machines, take more --shards, so that each is smaller, or fewer clients'
      : 'start more with `squall worker` and the same URL and SQUALL_KEY, give them more --slots, or take fewer --shards',
  );
}

/** Shards by their numbers, which ascend: `shard 2`, `shards 1, 3 to 5`. */
export function numbered(numbers: readonly number[]): string {
  return numbers.length === 1 ? `shard ${numbers[0]}` : `shards ${listed(numbers)}`;
}

/** Numbers in ascending order, with runs of them joined: `1, 3 to 5`. */
function listed(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const n of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && n === last[1] + 1) last[1] = n;
    else runs.push([n, n]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from} to ${to}`)).join(', ');
}
