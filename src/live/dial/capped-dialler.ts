import type { Dialler } from '../socket/dialler.ts';
import { RateCap } from '../tokens/rate-cap.ts';

/**
 * Limits the attempts that a dialler begins per second at a foreign host.
 *
 * @param perSecond most attempts per second; Infinity: no limit
 * @param nowMs monotonic clock
 */
export function cappedDialler(dialler: Dialler, perSecond: number, nowMs: () => number): Dialler {
  if (perSecond === Infinity) return dialler;
  const cap = new RateCap(perSecond, (client) => dialler.dial(client), nowMs);
  return {
    get delayed() {
      return cap.delayed;
    },
    reportTo: (events) => dialler.reportTo(events),
    dial: (client) => cap.ask(client),
    hangUp(client) {
      cap.withdraw(client);
      dialler.hangUp(client);
    },
    close() {
      cap.stop();
      return dialler.close();
    },
  };
}
