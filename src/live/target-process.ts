import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants, getPriority, setPriority } from 'node:os';
import { addTallies, EMPTY_TALLY, type FaultTally } from '../core/fault/fault.ts';
import { RunRefused } from './refused.ts';
import type { Occurrence } from '../core/fault/occurrence.ts';
import { specOf } from '../core/fault/specs.ts';
import {
  NOTHING_COUNTED,
  type FromTarget,
  type Order,
  type TargetConfig,
  type TargetCounts,
  type ToTarget,
} from '../embedded/protocol.ts';

/** Receives the events of a process of the target. */
export interface ProcessEvents {
  died(message: string): void;
  /** reports that the process dies because it cannot write its record of effects */
  journalBroken(message: string): void;
  restarted(message: string): void;
  /** reports that the process serves from now on, or no longer */
  served(isUp: boolean): void;
  /** reports the wall clock of the process minus the wall clock of the run, ms */
  clock(who: string, wallErrorMs: number): void;
  /** of this process and those that it took the place of */
  counts(counts: TargetCounts): void;
}

/** Delay before a target that died is started again, ms: about as long as an orchestrator takes. */
const RESTART_DELAY_MS = 250;
/** Most restarts in one run, after which it stays down. */
const MAX_RESTARTS = 20;
/** Longest wait until a started target listens, ms. */
const START_TIMEOUT_MS = 20_000;
/** Longest wait until a stopped target exits by itself, ms; it is killed after that. */
const STOP_TIMEOUT_MS = 5000;
/** Longest wait for the counts of a target that is about to be killed, ms. */
const LAST_COUNTS_MS = 500;
/** Longest wait for the answer to an order, beyond the time that the order takes, ms. */
const ANSWER_TIMEOUT_MS = 5000;

/**
 * Nice value of a process of the target above the one of squall itself. Where both want a core, the load generator comes
 * first: its own lateness makes a verdict uncertain, while the target's slowness is what is measured.
 */
const YIELDS = 5;

const ENTRY = new URL('../embedded/main.js', import.meta.url);

/** The embedded target, or a part of it: a process of its own, kept running whatever happens to it. */
export class TargetProcess {
  readonly #config: TargetConfig;
  readonly #events: ProcessEvents;
  /** faults that a restarted target has to take up again: those that last for a while, and what is lost for good */
  readonly #active = new Map<number, { readonly occurrence: Occurrence; readonly sinceMs: number }>();
  #child: ChildProcess;
  /** counts of the processes that have died */
  #before: TargetCounts | null = null;
  #latest: TargetCounts | null = null;
  #restarts = 0;
  #restartTimer: NodeJS.Timeout | null = null;
  #launching: Promise<void> = Promise.resolve();
  /** whether a fault took it down, which also brings it back */
  #held = false;
  #stopping = false;
  /** its message about why it cannot continue; null: none */
  #failure: string | null = null;
  #capacityShare = 1;
  /** start of the run by the shared clock; null: not yet known */
  #runBegins: number | null = null;
  readonly gatewayUrl: string;
  readonly tokenUrl: string;

  private constructor(config: TargetConfig, events: ProcessEvents, started: Started) {
    this.gatewayUrl = started.gatewayUrl;
    this.tokenUrl = started.tokenUrl;
    this.#events = events;
    this.#config = {
      ...config,
      gatewayPort: portOf(started.gatewayUrl),
      tokenPort: portOf(started.tokenUrl),
      // A process that takes the place of another one is as cold as a server that restarts.
      rehearsals: 0,
    };
    this.#child = started.child;
    this.#watch(started.child);
  }

  /** @throws Error when it cannot be started */
  static async start(config: TargetConfig, events: ProcessEvents): Promise<TargetProcess> {
    return new TargetProcess(config, events, await launch(config));
  }

  /** Counts of this process and those it replaced; null before the first report. */
  get counts(): TargetCounts | null {
    if (this.#before === null || this.#latest === null) return this.#latest ?? this.#before;
    return added(this.#before, this.#latest);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isUp(): boolean {
    return isAlive(this.#child);
  }

  /** @param hrMs start of the run by the clock that all processes share */
  runBegins(hrMs: number): void {
    this.#runBegins = hrMs;
    this.#send({ type: 'run-begins', hrMs });
  }

  /** @param isCounted whether this process counts the occurrence's hits */
  begin(occurrence: Occurrence, isCounted = true): void {
    const { forMs, kind } = occurrence.fault;
    if (forMs > 0 || specOf(kind).survivesRestart === true)
      this.#active.set(occurrence.index, { occurrence, sinceMs: performance.now() });
    this.#send({ type: 'begin', occurrence, agoMs: 0, isCounted });
  }

  /** @param index index of the occurrence */
  end(index: number): void {
    this.#active.delete(index);
    this.#send({ type: 'end', index });
  }

  /** Asks for counts; they arrive as an event. */
  report(): void {
    this.#send({ type: 'report' });
  }

  /** Ends the process and returns its counts. */
  async stop(): Promise<TargetCounts | null> {
    this.#stopping = true;
    if (this.#restartTimer) clearTimeout(this.#restartTimer);
    await this.#launching;
    await this.#end(this.#child);
    return this.counts;
  }

  /**
   * Crashes the process once it has reported its counts. It stays down until `revive`.
   *
   * @returns false: it was down already
   */
  crash(): Promise<boolean> {
    return this.#takeDown(async (child) => {
      const counted = answer(child, LAST_COUNTS_MS, ({ type }) => type === 'counts');
      this.report();
      await counted;
      const over = gone(child);
      child.kill('SIGKILL');
      await over;
    });
  }

  /** Ends the process in an orderly way. It stays down until `revive`. @returns false: it was down already */
  retire(): Promise<boolean> {
    return this.#takeDown((child) => this.#end(child));
  }

  /**
   * Starts a process again on its ports. A failed start is retried as after a death.
   *
   * @param memory whether it knows the command ids of its predecessors
   * @throws Error with the reason why it did not start
   */
  async revive(memory: TargetConfig['memory'] = 'kept'): Promise<void> {
    this.#held = false;
    if (this.#stopping) return;
    try {
      await this.#launch({ ...this.#config, memory });
    } catch (error) {
      this.#scheduleRestart();
      throw error;
    }
  }

  /** Closes the gateway's connections, the last one after `overMs`. @returns whether it confirmed that */
  drain(overMs: number): Promise<boolean> {
    return this.#ask({ type: 'drain', overMs }, 'drain', overMs + ANSWER_TIMEOUT_MS);
  }

  /** Sets the share of its capacity for handshakes, also after a restart. @returns whether it confirmed that */
  setCapacity(share: number): Promise<boolean> {
    this.#capacityShare = share;
    return this.#ask({ type: 'capacity', share }, 'capacity', ANSWER_TIMEOUT_MS);
  }

  /** @param end resolves when the process is gone */
  async #takeDown(end: (child: ChildProcess) => Promise<void>): Promise<boolean> {
    const child = this.#child;
    if (this.#held || this.#stopping || !isAlive(child)) return false;
    this.#held = true;
    await end(child);
    return true;
  }

  async #end(child: ChildProcess): Promise<void> {
    if (!isAlive(child)) return;
    const killer = setTimeout(() => {
      this.#events.died(
        `${this.#name} was killed: it did not stop within ${STOP_TIMEOUT_MS} ms, so counts are missing`,
      );
      child.kill('SIGKILL');
    }, STOP_TIMEOUT_MS);
    const over = gone(child);
    this.#send({ type: 'stop' });
    await over;
    clearTimeout(killer);
  }

  #ask(message: ToTarget, what: Order, withinMs: number): Promise<boolean> {
    if (!isAlive(this.#child)) return Promise.resolve(false);
    const done = answer(this.#child, withinMs, (reply) => reply.type === 'done' && reply.what === what);
    this.#send(message);
    return done;
  }

  #send(message: ToTarget): void {
    // A child that has just died has no channel; its successor gets the messages.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  #watch(child: ChildProcess): void {
    child.on('message', (message: FromTarget) => {
      if (message.type === 'failed') {
        this.#failure = message.message;
        if (message.what === 'journal') this.#events.journalBroken(message.message);
      }
      if (message.type !== 'counts') return;
      this.#events.clock(this.#name, message.wallErrorMs);
      this.#latest = message.counts;
      this.#events.counts(this.counts ?? message.counts);
    });
    child.once('close', (code, signal) => {
      if (this.#stopping) return;
      this.#before = this.counts;
      this.#latest = null;
      this.#events.served(false);
      if (this.#held) return;
      this.#events.died(`${this.#name} died by itself (${signal ?? this.#failure ?? `exit code ${code}`})`);
      this.#failure = null;
      this.#scheduleRestart();
    });
  }

  #scheduleRestart(): void {
    if (this.#stopping) return;
    if (this.#restarts >= MAX_RESTARTS)
      return this.#events.died(`${this.#name} stays down after ${MAX_RESTARTS} restarts`);
    this.#restarts += 1;
    this.#restartTimer = setTimeout(() => {
      this.#launch(this.#config).then(
        () => this.#stopping || this.#events.restarted(`${this.#name} is back`),
        () => this.#scheduleRestart(),
      );
    }, RESTART_DELAY_MS);
  }

  #launch(config: TargetConfig): Promise<void> {
    const launching = launch(config).then(({ child }) => this.#adopt(child));
    this.#launching = launching.catch(() => {});
    return launching;
  }

  #adopt(child: ChildProcess): void {
    this.#child = child;
    this.#watch(child);
    if (this.#stopping) return;
    if (this.#runBegins !== null) this.#send({ type: 'run-begins', hrMs: this.#runBegins });
    for (const { occurrence, sinceMs } of this.#active.values()) {
      // The dead process has counted it.
      this.#send({ type: 'begin', occurrence, agoMs: performance.now() - sinceMs, isCounted: false });
    }
    if (this.#capacityShare !== 1) this.#send({ type: 'capacity', share: this.#capacityShare });
    this.#events.served(true);
  }

  get #name(): string {
    const { role, gateway, gateways } = this.#config;
    if (role === 'all') return 'the embedded target';
    if (role === 'token-service') return 'the token service';
    return gateways === 1 ? 'the gateway' : `gateway ${gateway + 1}`;
  }
}

/** Returns the port of a URL; 0: the process does not run that service. */
function portOf(url: string): number {
  return url === '' ? 0 : Number(new URL(url).port);
}

function isAlive({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Resolves at 'close' and not at 'exit', since the last counts may arrive in between. */
async function gone(child: ChildProcess): Promise<void> {
  await once(child, 'close');
}

/** Resolves to whether the awaited message arrives in time and before the child is gone. */
function answer(child: ChildProcess, withinMs: number, isIt: (message: FromTarget) => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    const over = (arrived: boolean): void => {
      clearTimeout(timer);
      child.off('message', hear).off('close', miss);
      resolve(arrived);
    };
    const hear = (message: FromTarget): void => {
      if (isIt(message)) over(true);
    };
    const miss = (): void => over(false);
    const timer = setTimeout(miss, withinMs);
    child.on('message', hear).once('close', miss);
  });
}

interface Started {
  readonly child: ChildProcess;
  readonly gatewayUrl: string;
  readonly tokenUrl: string;
}

function launch(config: TargetConfig): Promise<Started> {
  return new Promise((resolve, reject) => {
    const child = fork(ENTRY, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
    yieldCores(child);
    const failed = (message: string): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      const fix = 'look for what ended it or held it up (the kernel log tells when memory ran out), and run again';
      reject(new RunRefused('does-not-fit', `the embedded target did not start: ${message}`, fix));
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

/** Lowers the priority of a process, where the system allows it. */
function yieldCores({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, Math.min(getPriority() + YIELDS, constants.priority.PRIORITY_LOW));
  } catch {
    // The run works without it, with a later generator.
  }
}

/** Adds up the counts of processes that run at the same time. */
export function summed(parts: readonly TargetCounts[]): TargetCounts {
  const total = (of: (counts: TargetCounts) => number): number => parts.reduce((sum, counts) => sum + of(counts), 0);
  return {
    ...parts.reduce(added, NOTHING_COUNTED),
    handshakeQueue: total(({ handshakeQueue }) => handshakeQueue),
    refreshQueue: total(({ refreshQueue }) => refreshQueue),
    open: total(({ open }) => open),
    starvedMs: Math.max(0, ...parts.map(({ starvedMs }) => starvedMs)),
  };
}

/** Adds the counts of a process and of its successor. */
function added(a: TargetCounts, b: TargetCounts): TargetCounts {
  const faults: Record<number, FaultTally> = { ...a.faults };
  for (const [index, tally] of Object.entries(b.faults)) {
    faults[Number(index)] = addTallies([faults[Number(index)] ?? EMPTY_TALLY, tally]);
  }
  return {
    handshakes: a.handshakes + b.handshakes,
    wasted: a.wasted + b.wasted,
    refusedHandshakes: a.refusedHandshakes + b.refusedHandshakes,
    refreshes: a.refreshes + b.refreshes,
    reuseDetected: a.reuseDetected + b.reuseDetected,
    keyFetchesRefused: a.keyFetchesRefused + b.keyFetchesRefused,
    effects: a.effects + b.effects,
    duplicated: a.duplicated + b.duplicated,
    // A dead process has no open connections and no queue.
    handshakeQueue: b.handshakeQueue,
    refreshQueue: b.refreshQueue,
    open: b.open,
    unauthorized: {
      beforeAuth: a.unauthorized.beforeAuth + b.unauthorized.beforeAuth,
      expired: a.unauthorized.expired + b.unauthorized.expired,
      revoked: a.unauthorized.revoked + b.unauthorized.revoked,
      forbidden: a.unauthorized.forbidden + b.unauthorized.forbidden,
    },
    anonymous: a.anonymous + b.anonymous,
    downgraded: a.downgraded + b.downgraded,
    cpuMs: a.cpuMs + b.cpuMs,
    starvedMs: a.starvedMs + b.starvedMs,
    faults,
  };
}
