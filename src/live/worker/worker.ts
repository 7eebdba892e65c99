import type { FromShard, ShardResult, ShardTask, ToShard } from '../shard/shard-messages.ts';
import { Shard } from '../shard/shard.ts';

/** Interval at which a worker reports the progress of logins, ms. */
const TALLY_MS = 250;

/**
 * The task that the worker pool runs once in each worker, for as long as the run lasts. It resolves after
 * `wind-down`, and rejects when the shard cannot be prepared.
 */
export default async function runShard(task: ShardTask): Promise<ShardResult> {
  const { port } = task;
  const say = (message: FromShard): void => port.postMessage(message);
  const shard = await Shard.prepare(task);
  return new Promise((resolve, reject) => {
    shard.onProtocolFailure(reject);
    const end = (result: Promise<ShardResult>): void => {
      result.then(resolve, reject).finally(() => port.close());
    };
    port.on('message', (message: ToShard) => {
      switch (message.type) {
        case 'go':
          shard.go(message.start).catch(reject);
          break;
        case 'begin':
          shard.begin(message.occurrence);
          break;
        case 'rotate':
          shard.rotate(message.inRotation);
          break;
        case 'take-interval':
          say({ type: 'interval', interval: shard.takeInterval() });
          break;
        case 'wind-down':
          end(shard.windDown());
          break;
      }
    });
    const reporting = setInterval(() => {
      if (shard.logins !== null) say({ type: 'logging-in', tally: shard.logins });
    }, TALLY_MS);
    shard
      .prepared()
      .finally(() => clearInterval(reporting))
      .then((preparation) => say({ type: 'prepared', preparation }), reject);
  });
}
