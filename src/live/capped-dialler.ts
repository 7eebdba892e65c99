import type { Dialler } from './dialler.ts';
import { RateCap } from './rate-cap.ts';

/**
 * A dialler that begins no more attempts than a foreign host may see.
 *
 * @param perSecond Infinity for no limit
 * @param nowMs a clock that never steps
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
