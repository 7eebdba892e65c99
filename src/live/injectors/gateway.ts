import { setTimeout as sleep } from 'node:timers/promises';
import type { Miss } from '../../core/fault/fault.ts';
import { gatewaysHit, hitAtMs } from '../../core/fault/select.ts';
import type { OccurrenceOf } from '../../core/fault/occurrence.ts';
import type { Draws } from '../../core/random/draws.ts';
import type { Target } from '../target.ts';
import type { TargetProcess } from '../target-process.ts';
import { messageOf, type InjectionLog, type Injector } from './injector.ts';

type GatewayOccurrence = OccurrenceOf<'gateway'>;

/**
 * Crashes gateways of the embedded target, replaces them one after the other, or cuts their capacity. A crash has hit when
 * the process is gone, a replacement when another process listens, a cut when the gateway has confirmed it.
 */
export class GatewayInjector implements Injector<'gateway'> {
  readonly #log: InjectionLog;
  readonly #target: Target;
  readonly #draws: Draws;
  readonly #end = new AbortController();
  readonly #pending = new Set<Promise<void>>();
  /** remaining share of each gateway's capacity, by the index of the occurrence that cut it */
  readonly #cuts: readonly Map<number, number>[];

  constructor(log: InjectionLog, target: Target, draws: Draws) {
    this.#log = log;
    this.#target = target;
    this.#draws = draws;
    this.#cuts = target.gateways.map(() => new Map<number, number>());
  }

  begin(occurrence: GatewayOccurrence): void {
    const { mode } = occurrence.fault;
    const gateways = gatewaysHit(this.#draws, occurrence, this.#target.gateways.length);
    this.#log.planned(occurrence, gateways.length);
    if (mode.kind === 'rolling') return this.#track(this.#roll(occurrence, gateways, mode.drainMs));
    for (const gateway of gateways) {
      const afterMs = hitAtMs(this.#draws, occurrence, gateway, 0);
      this.#track(this.#settle(occurrence, () => this.#hit(occurrence, gateway, afterMs)));
    }
  }

  async close(): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#pending);
  }

  async #hit(occurrence: GatewayOccurrence, gateway: number, afterMs: number): Promise<Miss | null> {
    const { mode, forMs } = occurrence.fault;
    if (!(await this.#pause(afterMs))) return 'run-over';
    if (mode.kind === 'crash') return this.#crash(this.#processOf(gateway), forMs, mode.memory);
    return mode.kind === 'capacity' ? this.#cut(occurrence, gateway, mode.share, forMs) : null;
  }

  async #crash(process: TargetProcess, forMs: number, memory: 'kept' | 'lost'): Promise<Miss | null> {
    const untilMs = performance.now() + forMs;
    if (!(await process.crash())) return 'down';
    // A gateway that is still down when the run ends was hit as well.
    if (await this.#pause(untilMs - performance.now())) await process.revive(memory);
    return null;
  }

  /** Replaces the gateways evenly over the fault's time, each after the one before it is back. */
  async #roll(occurrence: GatewayOccurrence, gateways: readonly number[], drainMs: number): Promise<void> {
    const beganMs = performance.now();
    for (const [turn, gateway] of gateways.entries()) {
      const atMs = beganMs + (turn * occurrence.fault.forMs) / gateways.length;
      await this.#settle(occurrence, async () =>
        (await this.#pause(atMs - performance.now())) ? this.#replace(gateway, drainMs) : 'run-over',
      );
    }
  }

  async #replace(gateway: number, drainMs: number): Promise<Miss | null> {
    const process = this.#processOf(gateway);
    if (!process.isUp) return 'down';
    this.#target.takeOut(gateway);
    try {
      const drained = await Promise.race([process.drain(drainMs), this.#over()]);
      if (drained === 'over') return 'run-over';
      if (!drained && process.isUp) throw new Error('its connections were not closed in time');
      if (!(await process.retire())) return 'down';
      await process.revive();
      return null;
    } finally {
      this.#target.putBack(gateway);
    }
  }

  async #cut({ index }: GatewayOccurrence, gateway: number, share: number, forMs: number): Promise<Miss | null> {
    const process = this.#processOf(gateway);
    if (!process.isUp) return 'down';
    const cuts = this.#cuts[gateway]!;
    cuts.set(index, share);
    const confirmed = process.setCapacity(leastOf(cuts));
    this.#track(
      this.#pause(forMs).then(async (isRunning) => {
        cuts.delete(index);
        if (isRunning) await process.setCapacity(leastOf(cuts));
      }),
    );
    if (await confirmed) return null;
    if (process.isUp) throw new Error('it did not confirm its capacity');
    return 'down';
  }

  /** Injects into one gateway, and counts the hit, the miss or the failure. */
  async #settle(occurrence: GatewayOccurrence, injection: () => Promise<Miss | null>): Promise<void> {
    try {
      const why = await injection();
      if (why === null) this.#log.hit(occurrence);
      else this.#log.missed(occurrence, why);
    } catch (error) {
      this.#log.failed(occurrence, messageOf(error));
    }
  }

  #track(injection: Promise<void>): void {
    this.#pending.add(injection);
    void injection.finally(() => this.#pending.delete(injection));
  }

  /** Waits `ms` or until the run is over; resolves to false when it is over. */
  async #pause(ms: number): Promise<boolean> {
    const { signal } = this.#end;
    if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => {});
    return !signal.aborted;
  }

  #over(): Promise<'over'> {
    const { signal } = this.#end;
    return new Promise((resolve) => {
      if (signal.aborted) resolve('over');
      else signal.addEventListener('abort', () => resolve('over'), { once: true });
    });
  }

  #processOf(gateway: number): TargetProcess {
    return this.#target.gateways[gateway]!;
  }
}

function leastOf(cuts: ReadonlyMap<number, number>): number {
  return Math.min(1, ...cuts.values());
}
