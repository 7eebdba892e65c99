import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { FaultTally } from '../core/fault/fault.ts';
import type { FromTarget, TargetConfig, TargetCounts, ToTarget } from '../target/protocol.ts';

/** What the run is told about its target's process. */
export interface TargetEvents {
  died(message: string): void;
  restarted(): void;
  counts(counts: TargetCounts): void;
}

/** A target that dies is started again after this long, as an orchestrator would, */
const RESTART_DELAY_MS = 250;
/** and so many times in one run; then it stays down. */
const MAX_RESTARTS = 20;
/** How long a target may take to listen, */
const START_TIMEOUT_MS = 20_000;
/** and to say its last words before it is killed. */
const STOP_TIMEOUT_MS = 5000;

const ENTRY = new URL('../target/main.js', import.meta.url);

/** The embedded target, a process of its own, kept running whatever happens to it. */
export class TargetProcess {
  readonly #config: TargetConfig;
  readonly #events: TargetEvents;
  /** faults that a restarted target has to take up again: those that stand in the way for a while */
  readonly #standingFaults = new Set<number>();
  #child: ChildProcess;
  /** what processes that have died had counted */
  #before: TargetCounts | null = null;
  #latest: TargetCounts | null = null;
  #restarts = 0;
  #restartTimer: NodeJS.Timeout | null = null;
  #stopping = false;
  readonly gatewayUrl: string;
  readonly tokenUrl: string;

  private constructor(config: TargetConfig, events: TargetEvents, started: Started) {
    this.gatewayUrl = started.gatewayUrl;
    this.tokenUrl = started.tokenUrl;
    this.#events = events;
    this.#config = {
      ...config,
      gatewayPort: Number(new URL(started.gatewayUrl).port),
      tokenPort: Number(new URL(started.tokenUrl).port),
    };
    this.#child = started.child;
    this.#watch(started.child);
  }

  /** @throws Error when it cannot be started */
  static async start(config: TargetConfig, events: TargetEvents): Promise<TargetProcess> {
    return new TargetProcess(config, events, await launch(config));
  }

  /** What all its processes counted together; null before the first report. */
  get counts(): TargetCounts | null {
    if (this.#before === null || this.#latest === null) return this.#latest ?? this.#before;
    return added(this.#before, this.#latest);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  beginFault(index: number): void {
    const planned = this.#config.faults.find((each) => each.index === index);
    if (planned?.fault.kind === 'refresh') this.#standingFaults.add(index);
    this.#say({ type: 'fault-begin', index });
  }

  endFault(index: number): void {
    this.#standingFaults.delete(index);
    this.#say({ type: 'fault-end', index });
  }

  /** Asks for counts; they arrive as an event. */
  report(): void {
    this.#say({ type: 'report' });
  }

  /** Ends the target and returns what it counted. */
  async stop(): Promise<TargetCounts | null> {
    this.#stopping = true;
    if (this.#restartTimer) clearTimeout(this.#restartTimer);
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return this.counts;
    const killer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    this.#say({ type: 'stop' });
    await once(child, 'close');
    clearTimeout(killer);
    return this.counts;
  }

  #say(message: ToTarget): void {
    // A child that has just died has no channel any more; what it would have been told is told to its successor.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #watch(child: ChildProcess): void {
    child.on('message', (message: FromTarget) => {
      if (message.type !== 'counts') return;
      this.#latest = message.counts;
      this.#events.counts(this.counts ?? message.counts);
    });
    // Not 'exit': its last counts may be on their way until 'close'.
    child.once('close', (code, signal) => {
      if (this.#stopping) return;
      this.#before = this.counts;
      this.#latest = null;
      this.#events.died(`the embedded target died (${signal ?? `exit code ${code}`})`);
      this.#scheduleRestart();
    });
  }

  #scheduleRestart(): void {
    if (this.#stopping || this.#restarts >= MAX_RESTARTS) return;
    this.#restarts += 1;
    this.#restartTimer = setTimeout(() => {
      launch(this.#config).then(
        ({ child }) => this.#adopt(child),
        () => this.#scheduleRestart(),
      );
    }, RESTART_DELAY_MS);
  }

  #adopt(child: ChildProcess): void {
    if (this.#stopping) {
      child.kill();
      return;
    }
    this.#child = child;
    this.#watch(child);
    for (const index of this.#standingFaults) this.#say({ type: 'fault-begin', index });
    this.#events.restarted();
  }
}

interface Started {
  readonly child: ChildProcess;
  readonly gatewayUrl: string;
  readonly tokenUrl: string;
}

function launch(config: TargetConfig): Promise<Started> {
  return new Promise((resolve, reject) => {
    const child = fork(ENTRY, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
    const failed = (message: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      reject(new Error(`the embedded target did not start: ${message}`));
    };
    const died = (code: number | null, signal: string | null): void => failed(signal ?? `exit code ${code}`);
    const timer = setTimeout(() => failed(`it was not listening after ${START_TIMEOUT_MS} ms`), START_TIMEOUT_MS);
    child.once('close', died);
    child.on('error', (error) => failed(error.message));
    child.once('message', (message: FromTarget) => {
      if (message.type !== 'listening') return failed(message.type === 'failed' ? message.message : message.type);
      clearTimeout(timer);
      child.off('close', died);
      resolve({ child, gatewayUrl: message.gatewayUrl, tokenUrl: message.tokenUrl });
    });
    child.send({ type: 'start', config } satisfies ToTarget, () => {});
  });
}

function added(a: TargetCounts, b: TargetCounts): TargetCounts {
  const faults: Record<number, FaultTally> = { ...a.faults };
  for (const [index, tally] of Object.entries(b.faults)) {
    const had = faults[Number(index)] ?? { planned: 0, hit: 0 };
    faults[Number(index)] = { planned: had.planned + tally.planned, hit: had.hit + tally.hit };
  }
  return {
    handshakes: a.handshakes + b.handshakes,
    wasted: a.wasted + b.wasted,
    refusedHandshakes: a.refusedHandshakes + b.refusedHandshakes,
    refreshes: a.refreshes + b.refreshes,
    reuseDetected: a.reuseDetected + b.reuseDetected,
    effects: a.effects + b.effects,
    duplicated: a.duplicated + b.duplicated,
    // a dead process holds nothing open and nobody waits for it
    handshakeQueue: b.handshakeQueue,
    refreshQueue: b.refreshQueue,
    open: b.open,
    faults,
  };
}
