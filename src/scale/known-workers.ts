import type { ListedWorker } from './presence.ts';

/** What a worker must share with its coordinator. */
export interface Common {
  /** version of squall */
  readonly squall: string;
  /** fingerprint of SQUALL_KEY */
  readonly keyFingerprint: string;
}

/** The workers that take shards of this coordinator: those of its version that have its key. */
export function usableOf(workers: readonly ListedWorker[], common: Common): readonly ListedWorker[] {
  return workers.filter((worker) => whyNot(worker, common) === null);
}

/** The number of shards that workers could take now. */
export function freeSlots(workers: readonly ListedWorker[]): number {
  return workers.reduce((sum, { free }) => sum + free, 0);
}

/**
 * Describes each worker that takes no shard of this coordinator, with the fix.
 *
 * @example ['host-b has squall 1.1.0, and this is squall 1.2.0: install the same version there']
 */
export function refusals(workers: readonly ListedWorker[], common: Common): readonly string[] {
  const texts = workers.flatMap((worker) => {
    const why = whyNot(worker, common);
    return why === null ? [] : [`${worker.host} ${why}`];
  });
  return [...new Set(texts)].slice(0, NAMED_MAX);
}

/**
 * Describes the workers that are there, for a run that lacks some.
 *
 * @param run the run: a worker that had no room for one of its shards is described with the reason
 */
export function described(workers: readonly ListedWorker[], common: Common, run: string | null = null): string {
  const [first, ...others] = workers.map((worker) => {
    const { host, slots, free } = worker;
    const why = whyNot(worker, common);
    const lack = noRoomFor(worker, run);
    return `${host} (${why ?? `${free} of ${slots} slots free${lack === null ? '' : `, and no room: ${lack}`}`})`;
  });
  if (first === undefined) return 'there is no worker';
  return others.length === 0
    ? `the only worker is ${first}`
    : `the workers are ${[first, ...others].slice(0, NAMED_MAX).join(', ')}${moreText(workers.length)}`;
}

/** Says why a worker has no room for a shard of a run; null: it has not said so. */
export function noRoomFor({ noRoom }: ListedWorker, run: string | null): string | null {
  return noRoom !== null && noRoom.run === run ? noRoom.why : null;
}

/** Most workers that are named. */
const NAMED_MAX = 20;

function moreText(workers: number): string {
  return workers > NAMED_MAX ? `, and ${workers - NAMED_MAX} more` : '';
}

/** Says why a worker takes no shard of this coordinator; null: it takes them. */
export function whyNot({ squall, keyFingerprint, isGenuine }: ListedWorker, common: Common): string | null {
  if (squall !== common.squall)
    return `has squall ${squall}, and this is squall ${common.squall}: install the same version there`;
  if (keyFingerprint !== common.keyFingerprint) return 'has another SQUALL_KEY: give it the same one';
  if (!isGenuine)
    return 'is no worker: its entry is not signed with this SQUALL_KEY, or is old; see who writes to this Redis';
  return null;
}
