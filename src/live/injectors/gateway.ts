import { setTimeout as sleep } from 'node:timers/promises';
import type { Miss } from '../../core/fault/fault.ts';
import { gatewaysHit, hitAtMs } from '../../core/fault/select.ts';
import type { OccurrenceOf } from '../../core/fault/occurrence.ts';
import type { Draws } from '../../core/random/draws.ts';
import type { Target } from '../target/target.ts';
import type { TargetProcess } from '../target/target-process.ts';
import { messageOf, type InjectionLog, type Injector } from './injector.ts';

type GatewayOccurrence = OccurrenceOf<'gateway'>;

/**
 * Crashes gateways of the embedded target, replaces them one after the other, or cuts their capacity. A crash has hit when
 * the process is gone, a replacement when another process listens, a cut when the gateway has confirmed it.
 */
export function gatewayInjector(log: InjectionLog, target: Target, draws: Draws): Injector<'gateway'> {
  const end = new AbortController();
  const { signal } = end;
  const pending = new Set<Promise<void>>();
  /** remaining share of each gateway's capacity, by the index of the occurrence that cut it */
  const cutsOf = target.gateways.map(() => new Map<number, number>());

  async function hit(occurrence: GatewayOccurrence, gateway: number, afterMs: number): Promise<Miss | null> {
    const { mode, forMs } = occurrence.fault;
    if (!(await pause(afterMs))) return 'run-over';
    if (mode.kind === 'crash') return crash(target.gateways[gateway]!, forMs, mode.memory);
    return mode.kind === 'capacity' ? cut(occurrence, gateway, mode.share, forMs) : null;
  }

  async function crash(process: TargetProcess, forMs: number, memory: 'kept' | 'lost'): Promise<Miss | null> {
    const untilMs = performance.now() + forMs;
    if (!(await process.crash())) return 'down';
    // A gateway that is still down when the run ends was hit as well.
    if (await pause(untilMs - performance.now())) await process.revive(memory);
    return null;
  }

  /** Replaces the gateways evenly over the fault's time, each after the one before it is back. */
  async function roll(occurrence: GatewayOccurrence, gateways: readonly number[], drainMs: number): Promise<void> {
    const beganMs = performance.now();
    for (const [turn, gateway] of gateways.entries()) {
      const atMs = beganMs + (turn * occurrence.fault.forMs) / gateways.length;
      await settle(occurrence, async () =>
        (await pause(atMs - performance.now())) ? replace(gateway, drainMs) : 'run-over',
      );
    }
  }

  async function replace(gateway: number, drainMs: number): Promise<Miss | null> {
    const process = target.gateways[gateway]!;
    if (!process.isUp) return 'down';
    target.takeOut(gateway);
    try {
      const drained = await Promise.race([process.drain(drainMs), over()]);
      if (drained === 'over') return 'run-over';
      if (!drained && process.isUp) throw new Error('its connections were not closed in time');
      if (!(await process.retire())) return 'down';
      await process.revive();
      return null;
    } finally {
      target.putBack(gateway);
    }
  }

  async function cut(
    { index }: GatewayOccurrence,
    gateway: number,
    share: number,
    forMs: number,
  ): Promise<Miss | null> {
    const process = target.gateways[gateway]!;
    if (!process.isUp) return 'down';
    const cuts = cutsOf[gateway]!;
    cuts.set(index, share);
    const confirmed = process.setCapacity(leastOf(cuts));
    track(
      pause(forMs).then(async (isRunning) => {
        cuts.delete(index);
        if (isRunning) await process.setCapacity(leastOf(cuts));
      }),
    );
    if (await confirmed) return null;
    if (process.isUp) throw new Error('it did not confirm its capacity');
    return 'down';
  }

  /** Injects into one gateway, and counts the hit, the miss or the failure. */
  async function settle(occurrence: GatewayOccurrence, injection: () => Promise<Miss | null>): Promise<void> {
    try {
      const why = await injection();
      if (why === null) log.hit(occurrence);
      else log.missed(occurrence, why);
    } catch (error) {
      log.failed(occurrence, messageOf(error));
    }
  }

  function track(injection: Promise<void>): void {
    pending.add(injection);
    void injection.finally(() => pending.delete(injection));
  }

  /** Waits `ms` or until the run is over; resolves to false when it is over. */
  async function pause(ms: number): Promise<boolean> {
    if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => {});
    return !signal.aborted;
  }

  function over(): Promise<'over'> {
    return new Promise((resolve) => {
      if (signal.aborted) resolve('over');
      else signal.addEventListener('abort', () => resolve('over'), { once: true });
    });
  }

  return {
    begin(occurrence) {
      const { mode } = occurrence.fault;
      const gateways = gatewaysHit(draws, occurrence, target.gateways.length);
      log.planned(occurrence, gateways.length);
      if (mode.kind === 'rolling') return track(roll(occurrence, gateways, mode.drainMs));
      for (const gateway of gateways) {
        const afterMs = hitAtMs(draws, occurrence, gateway, 0);
        track(settle(occurrence, () => hit(occurrence, gateway, afterMs)));
      }
    },
    async close() {
      end.abort();
      await Promise.all(pending);
    },
  };
}

function leastOf(cuts: ReadonlyMap<number, number>): number {
  return Math.min(1, ...cuts.values());
}
