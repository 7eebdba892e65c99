import type { ChildProcess } from 'node:child_process';
import type { Occurrence } from '../../core/fault/occurrence.ts';
import { specOf } from '../../core/fault/specs.ts';
import {
  NO_REHEARSALS,
  type FromTarget,
  type Order,
  type TargetConfig,
  type TargetCounts,
  type ToTarget,
} from '../../embedded/protocol.ts';
import { answer, gone, isAlive, launch, type Started } from './target-child.ts';
import { added } from './target-counts.ts';

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
/** Longest wait until a stopped target exits by itself, ms; it is killed after that. */
const STOP_TIMEOUT_MS = 5000;
/** Longest wait for the counts of a target that is about to be killed, ms. */
const LAST_COUNTS_MS = 500;
/** Longest wait for the answer to an order, beyond the time that the order takes, ms. */
const ANSWER_TIMEOUT_MS = 5000;

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
      rehearsals: NO_REHEARSALS,
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
