import { openChannel, type Channel } from './channel.ts';
import { fromSlotKey, toSlotKey } from './keys.ts';
import type { FromSlot, ToSlot } from './messages.ts';
import type { RedisLink } from './redis-link.ts';
import type { Sealer } from './seal.ts';
import type { ShardJob } from './shard-queue.ts';
import type { StreamReader } from './stream-reader.ts';

/** Number of a shard's first holder. No shard is given out twice, so that no holder has a higher one. */
export const FIRST_EPOCH = 1;

/** What both ends of the channel to a slot share. */
interface Ends {
  readonly link: RedisLink;
  readonly reader: StreamReader;
  readonly sealer: Sealer;
  /** time to live of its keys, ms */
  readonly ttlMs: number;
}

/** The coordinator's end of the channel to the slot that holds a shard. */
export function coordinatorsEnd(ends: Ends, { run, shard }: ShardJob, epoch = FIRST_EPOCH): Channel<ToSlot, FromSlot> {
  const keys = { out: toSlotKey(run, shard, epoch), in: fromSlotKey(run, shard, epoch) };
  return openChannel({ ...ends, ...keys, about: aboutChannel(run, shard, epoch) });
}

/** The slot's end of the channel to the coordinator. */
export function slotsEnd(ends: Ends, { run, shard }: ShardJob, epoch = FIRST_EPOCH): Channel<FromSlot, ToSlot> {
  const keys = { out: fromSlotKey(run, shard, epoch), in: toSlotKey(run, shard, epoch) };
  return openChannel({ ...ends, ...keys, about: aboutChannel(run, shard, epoch) });
}

/** What the frames of a channel are about: those of another run, shard or holder do not open. */
function aboutChannel(run: string, shard: number, epoch: number): string {
  return `channel ${run} ${shard} ${epoch}`;
}
