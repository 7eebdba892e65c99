import type { CoreUse } from './protocol.ts';

/** Interval of looks, ms. */
const LOOK_MS = 50;

/**
 * The time of one look for which a process had work and no core, ms: its timer was late, or its event loop busy, for longer
 * than its threads used a core. It is a lower bound, since a thread may have worked while another waited.
 *
 * @param spanMs time since the last look
 * @param busyMs time for which the event loop was busy
 * @param cpuMs CPU time of all threads
 */
export function starvedMs(spanMs: number, busyMs: number, cpuMs: number): number {
  return Math.max(0, Math.min(spanMs, Math.max(spanMs - LOOK_MS, busyMs)) - cpuMs);
}

/** Adds up from now on for how long this process lacks a core. @returns reads the sums */
export function watchCores(): () => CoreUse {
  let at = performance.now();
  let loop = performance.eventLoopUtilization();
  let cpu = usedMs();
  let sumMs = 0;
  const look = (): void => {
    const [nowAt, nowLoop, nowCpu] = [performance.now(), performance.eventLoopUtilization(), usedMs()];
    sumMs += starvedMs(nowAt - at, performance.eventLoopUtilization(nowLoop, loop).active, nowCpu - cpu);
    [at, loop, cpu] = [nowAt, nowLoop, nowCpu];
  };
  setInterval(look, LOOK_MS).unref();
  return () => ({ cpuMs: usedMs(), starvedMs: sumMs });
}

function usedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
