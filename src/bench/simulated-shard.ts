import { STATE } from '../core/client/states.ts';
import { mono } from '../core/time/instant.ts';
import { RunClock } from '../live/time/clock.ts';
import type { StartedWorker, WorkerTask } from '../live/worker/shard-host.ts';
import type { FromShard, ShardInterval, ShardResult, ToShard } from '../live/shard/shard-messages.ts';
import { clientsIn } from '../live/worker/shards.ts';
import { NO_INTERVAL } from '../live/worker/worker-line.ts';
import { Recorder } from '../metrics/recorder.ts';
import type { RecorderStore } from '../metrics/store.ts';

/** Interval at which a simulated shard's clients do something, ms. */
const STEP_MS = 100;
/** Steps between two renewals of one client, each a refresh and a new connection. */
const RENEWAL_STEPS = 200;

/** A shard without sockets and never late: its clients arrive in the first step and then renew their connections evenly. */
export function simulatedShard(task: WorkerTask, store: RecorderStore): StartedWorker {
  const clients = clientsIn(task, task.scenario.clients.count);
  const recorder = new Recorder(store, null);
  let hear: ((message: FromShard) => void) | null = null;
  let acting: NodeJS.Timeout | undefined;
  let resolveResult!: (result: ShardResult) => void;
  const result = new Promise<ShardResult>((resolve) => (resolveResult = resolve));
  const go = ({ start }: Extract<ToShard, { type: 'go' }>): void => {
    const clock = new RunClock(start);
    let steps = 0;
    recorder.populated(clients);
    acting = setInterval(() => {
      const now = clock.now();
      if (now < 0) return;
      const isFirst = steps === 0;
      const from = isFirst ? STATE.idle : STATE.ready;
      const many = isFirst ? clients : partOf(clients, steps);
      for (let client = 0; client < many; client++) {
        const latencyMs = 1 + ((client * 7 + steps * 13) % 50);
        const intended = mono(now - latencyMs);
        recorder.refresh(now, now);
        recorder.refreshed(now, intended);
        recorder.moved(from, STATE.connecting, now);
        recorder.attempt(now, now, isFirst);
        recorder.ready(now, intended, isFirst ? mono(Number.NaN) : intended);
        recorder.moved(STATE.connecting, STATE.ready, now);
        recorder.late(latencyMs / 50);
      }
      steps += 1;
    }, STEP_MS);
  };
  setTimeout(() => hear?.({ type: 'prepared', preparation: { leadTimeMs: 0, logins: null, seen: [] } }), 0);
  return {
    receive: (receiver) => (hear = receiver),
    send: (message) => {
      if (message.type === 'go') go(message);
      else if (message.type === 'take-interval') hear?.({ type: 'interval', interval: intervalOf(recorder) });
      else if (message.type === 'wind-down') {
        clearInterval(acting);
        resolveResult(resultOf(task, recorder));
      }
    },
    result,
    end: () => {
      clearInterval(acting);
      return Promise.resolve();
    },
  };
}

/** Number of clients that renew in a step: all of them, once in RENEWAL_STEPS. */
function partOf(clients: number, step: number): number {
  return Math.floor(((step + 1) * clients) / RENEWAL_STEPS) - Math.floor((step * clients) / RENEWAL_STEPS);
}

function intervalOf(recorder: Recorder): ShardInterval {
  const ownProcess = { cpuSeconds: 1, rssBytes: 1 };
  return { ...NO_INTERVAL, histograms: recorder.takeInterval(), loopDelayP99Ms: 1, ownProcess };
}

function resultOf({ shard, shards }: WorkerTask, recorder: Recorder): ShardResult {
  const untracked = { sent: 0, acknowledged: 0, gaveUp: 0 };
  const commands = { shard, shards, lengths: new Uint32Array(), status: new Uint8Array(), untracked };
  return { interval: intervalOf(recorder), commands, seen: [], refusedAtFirstUse: 0 };
}
