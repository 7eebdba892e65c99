import type { WorkerEntry } from './presence.ts';

/** What a worker must share with its coordinator. */
export interface Common {
  /** version of squall */
  readonly squall: string;
  /** fingerprint of SQUALL_KEY */
  readonly keyFingerprint: string;
}

/** The workers that take shards of this coordinator: those of its version that have its key. */
export function usableOf(workers: readonly WorkerEntry[], common: Common): readonly WorkerEntry[] {
  return workers.filter((worker) => whyNot(worker, common) === null);
}

/** The number of shards that workers could take now. */
export function freeSlots(workers: readonly WorkerEntry[]): number {
  return workers.reduce((sum, { free }) => sum + free, 0);
}

/**
 * Describes each worker that takes no shard of this coordinator, with the fix.
 *
 * @example ['host-b has squall 1.1.0, and this is squall 1.2.0: install the same version there']
 */
export function refusals(workers: readonly WorkerEntry[], common: Common): readonly string[] {
  return workers.flatMap((worker) => {
    const why = whyNot(worker, common);
    return why === null ? [] : [`${worker.host} ${why}`];
  });
}

/** Describes the workers that are there, for a run that lacks some. */
export function described(workers: readonly WorkerEntry[], common: Common): string {
  const [first, ...others] = workers.map((worker) => {
    const { host, slots, free } = worker;
    return whyNot(worker, common) === null
      ? `${host} (${free} of ${slots} slots free)`
      : `${host} (${whyNot(worker, common)})`;
  });
  if (first === undefined) return 'there is no worker';
  return others.length === 0
    ? `the only worker is ${first}`
    : `the workers are ${[first, ...others].slice(0, NAMED_MAX).join(', ')}${moreText(workers.length)}`;
}

/** Most workers that are named. */
const NAMED_MAX = 20;

function moreText(workers: number): string {
  return workers > NAMED_MAX ? `, and ${workers - NAMED_MAX} more` : '';
}

/** Says why a worker takes no shard of this coordinator; null: it takes them. */
export function whyNot({ squall, keyFingerprint }: WorkerEntry, common: Common): string | null {
  if (squall !== common.squall)
    return `has squall ${squall}, and this is squall ${common.squall}: install the same version there`;
  if (keyFingerprint !== common.keyFingerprint) return 'has another SQUALL_KEY: give it the same one';
  return null;
}
