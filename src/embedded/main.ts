import { EmbeddedTarget } from './embedded.ts';
import { rehearse } from './rehearsal.ts';
import { watchCores } from './starvation.ts';
import type { FromTarget, TargetCounts, ToTarget } from './protocol.ts';
import { wallErrorMs, type WallAnchor } from '../metrics/wall-clock.ts';

// The target's process: it exchanges messages of `protocol.ts` over IPC, and writes to no stream.

let target: EmbeddedTarget | undefined;
let anchor: WallAnchor | null = null;
const coreUse = watchCores();

function send(message: FromTarget, then: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, then);
  else then();
}

function die(what: 'process' | 'journal', error: unknown): void {
  const message = error instanceof Error ? error.message.replace(/, write$/, '') : String(error);
  send({ type: 'failed', what, message }, () => process.exit(1));
}

function fail(error: unknown): void {
  die('process', error);
}

function counted(counts: TargetCounts): FromTarget {
  return {
    type: 'counts',
    counts: { ...counts, ...coreUse() },
    wallErrorMs: anchor === null ? 0 : wallErrorMs(anchor),
  };
}

function exit(): void {
  target?.stop();
  process.exit(0);
}

async function handle(message: ToTarget): Promise<void> {
  switch (message.type) {
    case 'start': {
      anchor = message.config.wallAnchor;
      // Only gateways have connections of `ws`.
      if (message.config.role !== 'token-service') (await import('./quiet-ends.ts')).quietEnds();
      await rehearse(message.config);
      target = await EmbeddedTarget.start(message.config, (error) => die('journal', error));
      const { gatewayUrl, tokenUrl } = target;
      return send({ type: 'listening', gatewayUrl, tokenUrl });
    }
    case 'run-begins':
      return target?.runBegins(message.hrMs);
    case 'begin':
      return target?.begin(message.occurrence, message.agoMs, message.isCounted);
    case 'end':
      return target?.end(message.index);
    case 'drain':
      return target?.drain(message.overMs, () => send({ type: 'done', what: 'drain' }));
    case 'capacity':
      target?.setCapacity(message.share);
      return send({ type: 'done', what: 'capacity' });
    case 'report':
      return target && send(counted(target.counts()));
    case 'stop':
      return target ? send(counted(target.finish()), exit) : exit();
  }
}

process.on('message', (message: ToTarget) => void handle(message).catch(fail));
process.on('disconnect', exit);
process.on('SIGTERM', exit);
// Ctrl-C reaches the whole process group; the coordinator ends the run and then sends `stop`.
process.on('SIGINT', () => {});
