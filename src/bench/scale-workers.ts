import { readMachineLimits } from '../live/health/machine-limits.ts';
import { RedisLink } from '../scale/redis-link.ts';
import { Sealer } from '../scale/seal.ts';
import { serveShards } from '../scale/worker-service.ts';
import { simulatedShard } from './simulated-shard.ts';

// Many workers of one slot each in one process: each has its own connections, queue and presence, as on a machine of its
// own, and a shard without sockets. Arguments: URL of Redis, number of workers.

const [url = '', count = '0'] = process.argv.slice(2);
process.on('disconnect', () => process.exit());

for (let n = 0; n < Number(count); n++) {
  const link = await RedisLink.open(url);
  void serveShards({
    link,
    sealer: Sealer.fromEnvironment(process.env),
    name: `worker-${n}`,
    slots: 1,
    once: false,
    waitMs: Infinity,
    leaving: new AbortController().signal,
    log: () => {},
    start: simulatedShard,
    // Its shards need none of the memory that real ones would take.
    readLimits: () => ({ ...readMachineLimits(), availableBytes: Infinity }),
  });
}
process.send?.('ready');
